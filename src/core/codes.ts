/** Conditions: why a target is held. Each has the sentence that tells a person what it is, why it holds, and what to do. */

export const CONDITIONS = {
  LocalAuthDisabled: {
    meaning: 'Local authentication is disabled on the resource, so it has no keys to rotate.',
    remedy: 'Remove the target from rotation.json, or enable local authentication again if consumers still need keys.',
  },
  ForeignEndpoint: {
    meaning: 'A publication names the endpoint of another resource. Writing it would cut that application off.',
    remedy: 'Correct the secret, or take it out of the publications of this target.',
  },
  NotAConnectionString: {
    meaning: 'A publication is not a SignalR connection string, so its key can be neither read nor replaced.',
    remedy: 'Write a connection string into the secret, or take it out of the publications of this target.',
  },
  SecretDisabled: {
    meaning: 'The current version of a publication is disabled, so nobody can tell which key its readers hold.',
    remedy: 'Enable the current version, publish a new one, or mark the publication `required: false`.',
  },
  PublicationUnreadable: {
    meaning: 'A publication cannot be read. While that lasts no slot counts as vacant and no key is regenerated.',
    remedy: 'Grant get and list on the secret to the identity of this app, and check the network rules of the vault.',
  },
  PublicationUnwritable: {
    meaning: 'A publication cannot be written, so its readers cannot be moved to another key.',
    remedy: 'Grant set on the secret to the identity of this app, or recover the secret if it was deleted.',
  },
  ResourceForbidden: {
    meaning: 'The SignalR resource or its keys cannot be read with the identity of this app.',
    remedy: 'Grant read, listkeys/action and regeneratekey/action on the resource to the identity of this app.',
  },
  ResourceNotFound: {
    meaning: 'The SignalR resource does not exist.',
    remedy: 'Correct resourceId in rotation.json, or remove the target.',
  },
  KeyUnchanged: {
    meaning: 'Regenerating was reported as done three times and the key stayed the same. It is tried once a day.',
    remedy: 'Check the health of the resource in the portal, and regenerate the slot there if it works.',
  },
  NewKeyRefused: {
    meaning: 'The data plane refuses the regenerated key, so it is not published. It is asked again.',
    remedy: 'Check the health of the resource. Nothing uses this key yet, so consumers are not affected.',
  },
  DataPlaneUnreachable: {
    meaning:
      'The data plane does not answer or forbids the question (403), so a key can be proved neither live nor dead.',
    remedy: 'Open the network path from this app to the resource, or set verification.mode to when-reachable.',
  },
  OldKeyStillAccepted: {
    meaning: 'A regenerated key, or a random one, is still accepted by the data plane.',
    remedy: 'Treat the old key as live until this ends, and open a support request with Azure.',
  },
  Stalled: {
    meaning:
      'Consumers are not shown to have switched within switchover.maxWait. Their key stays alive until they are.',
    remedy: 'Restart the consumers named here, or have them acknowledge the version that they use.',
  },
} as const satisfies Record<string, { meaning: string; remedy: string }>;

export type ConditionCode = keyof typeof CONDITIONS;

/** Conditions that one publication's current version can have. */
export type PublicationCode = Extract<
  ConditionCode,
  'ForeignEndpoint' | 'NotAConnectionString' | 'SecretDisabled' | 'PublicationUnreadable'
>;

/** What a person should know although nothing is wrong. Not alerted. */
export const FINDINGS = {
  NothingPublished: {
    severity: 'info',
    meaning: 'No publication carries a key of this resource, so nobody knows who uses its keys and none is rotated.',
    remedy: 'If nobody uses a key, disable local authentication; else publish the connection string that they use.',
  },
} as const satisfies Record<string, { severity: 'info' | 'low' | 'medium' | 'high'; meaning: string; remedy: string }>;

export type FindingCode = keyof typeof FINDINGS;
