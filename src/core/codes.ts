interface ConditionText {
  /** What it is, and why it holds. */
  readonly meaning: string;
  /** What a person does about it. */
  readonly remedy: string;
  /** false: a person ordered it, so nobody is woken. */
  readonly alerts: boolean;
}

/** Why a target is held. */
export const CONDITIONS = {
  LocalAuthDisabled: {
    meaning: 'Local authentication is disabled on the resource, so it has no keys to rotate.',
    remedy: 'Remove the target from rotation.json, or enable local authentication again if consumers still need keys.',
    alerts: true,
  },
  ManagedByAnother: {
    meaning:
      'A publication bears the mark of another installation of this app. Two that rotate one resource would undo each other.',
    remedy: 'Remove the target from one of the two, or give both the same INSTALLATION_ID if the other one is gone.',
    alerts: true,
  },
  Frozen: {
    meaning: 'A person froze this target, or all. No step of a rotation is taken; dead keys are still repaired.',
    remedy: 'Wait until the freeze ends, or lift it: DELETE on the freeze of the target, or of all.',
    alerts: false,
  },
  FleetPaused: {
    meaning: 'Too many targets are stalled or failing, so no scheduled rotation starts.',
    remedy: 'Look at the targets that are stalled, then lift the pause: DELETE /api/freeze.',
    alerts: false,
  },
  Orphaned: {
    meaning: 'The target was removed from rotation.json in the middle of a rotation. Nothing is touched.',
    remedy: 'Put it back, so that the rotation can end, or forget it: POST …/forget.',
    alerts: true,
  },
  ConfigurationChanged: {
    meaning:
      'A publication or consumer was removed from rotation.json while the rotation waits for it. It is still awaited.',
    remedy: 'Put it back, show that it has switched, or give it up by name: POST …/retire.',
    alerts: true,
  },
  ForeignEndpoint: {
    meaning: 'A publication names the endpoint of another resource. Writing it would cut that application off.',
    remedy: 'Correct the secret, or take it out of the publications of this target.',
    alerts: true,
  },
  NotAConnectionString: {
    meaning: 'A publication is not a SignalR connection string, so its key can be neither read nor replaced.',
    remedy: 'Write a connection string into the secret, or take it out of the publications of this target.',
    alerts: true,
  },
  UnrecognisedKey: {
    meaning: 'A publication holds a bare key that is in neither slot and does not say whose it is.',
    remedy: 'Write a key of the resource into the secret, or tag it with ProviderAddress = the resource id.',
    alerts: true,
  },
  SecretMissing: {
    meaning: 'A publication does not exist, so nobody can tell which key its readers hold.',
    remedy: 'Create the secret, mark the publication `required: false`, or take it out of rotation.json.',
    alerts: true,
  },
  SecretDeleted: {
    meaning: 'A publication is deleted and can be recovered. Until then it can be neither read nor written.',
    remedy: 'Recover the secret, mark the publication `required: false`, or take it out of rotation.json.',
    alerts: true,
  },
  SecretDisabled: {
    meaning: 'The current version of a publication is disabled, so nobody can tell which key its readers hold.',
    remedy: 'Enable the current version, publish a new one, or mark the publication `required: false`.',
    alerts: true,
  },
  PublicationUnreadable: {
    meaning: 'A publication cannot be read. While that lasts no slot counts as vacant and no key is regenerated.',
    remedy: 'Grant get and list on the secret to the identity of this app, and check the network rules of the vault.',
    alerts: true,
  },
  PublicationUnwritable: {
    meaning: 'A publication cannot be written, so its readers cannot be moved to another key.',
    remedy: 'Grant set on the secret to the identity of this app, or recover the secret if it was deleted.',
    alerts: true,
  },
  ResourceForbidden: {
    meaning: 'The SignalR resource or its keys cannot be read with the identity of this app.',
    remedy: 'Grant read, listkeys/action and regeneratekey/action on the resource to the identity of this app.',
    alerts: true,
  },
  ResourceNotFound: {
    meaning: 'The SignalR resource does not exist.',
    remedy: 'Correct resourceId in rotation.json, or remove the target.',
    alerts: true,
  },
  KeyUnchanged: {
    meaning: 'Regenerating was reported as done three times and the key stayed the same. It is tried once a day.',
    remedy: 'Check the health of the resource in the portal, and regenerate the slot there if it works.',
    alerts: true,
  },
  NewKeyRefused: {
    meaning: 'The data plane refuses a key that is in a slot, so it is not published. It is asked again.',
    remedy: 'Check the health of the resource, and regenerate the slot in the portal if this lasts.',
    alerts: true,
  },
  DataPlaneUnreachable: {
    meaning:
      'The data plane does not answer or forbids the question (403), so a key can be proved neither live nor dead.',
    remedy: 'Open the network path from this app to the resource, or set verification.mode to when-reachable.',
    alerts: true,
  },
  OldKeyStillAccepted: {
    meaning: 'A regenerated key, or a random one, is still accepted by the data plane.',
    remedy: 'Treat the old key as live until this ends, and open a support request with Azure.',
    alerts: true,
  },
  ConsumerPinned: {
    meaning: 'A consumer refers to one version of the secret, so it will never take up another.',
    remedy: 'Take the version out of its Key Vault reference, so that it follows the current one.',
    alerts: true,
  },
  ReferenceStuck: {
    meaning: 'A consumer was pushed in every way that its nudge allows and is on an older version all the same.',
    remedy: 'Restart it by hand, and look at the status of its Key Vault references.',
    alerts: true,
  },
  TooManyTips: {
    meaning:
      'More reports of a compromise came within an hour than may change keys, and this one names no living key. It waits.',
    remedy:
      'Look at who sends them. Where a key is known, report its fingerprint: that is answered at once. Or raise compromise.perHour.',
    alerts: true,
  },
  CompromiseUnconfirmed: {
    meaning:
      'An event says that a key of this target leaked. No key is published, so nobody knows who uses it and would be cut off.',
    remedy:
      'Find out who uses the keys. To replace them all the same, report the compromise yourself: POST …/compromise.',
    alerts: true,
  },
  Stalled: {
    meaning: 'Consumers are not shown to have switched within maxWait. Their key stays alive until they are.',
    remedy:
      'Restart the consumers named here and have them acknowledge. Or roll back, or give them up by name: POST …/retire.',
    alerts: true,
  },
} as const satisfies Record<string, ConditionText>;

export type ConditionCode = keyof typeof CONDITIONS;

/** What a report says of a target whose row cannot be understood. No row holds it: such a row stays as it is. */
const LEDGER_CORRUPTED: ConditionText = {
  meaning:
    'A row of this target in the ledger cannot be understood: it was changed by hand, or a newer version wrote it. Nothing is done to the target.',
  remedy:
    'Look for LedgerCorrupted in the log, which names the row. Put the row right from a copy of the tables, or run the version that wrote it.',
  alerts: true,
};

export type StandingCode = ConditionCode | 'LedgerCorrupted';

export const conditionText = (code: StandingCode): ConditionText =>
  code === 'LedgerCorrupted' ? LEDGER_CORRUPTED : CONDITIONS[code];

/** Conditions that one publication's current version can have. */
export type PublicationCode = Extract<
  ConditionCode,
  | 'ForeignEndpoint'
  | 'NotAConnectionString'
  | 'UnrecognisedKey'
  | 'SecretMissing'
  | 'SecretDeleted'
  | 'SecretDisabled'
  | 'PublicationUnreadable'
>;
