export const SEVERITIES = ['high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

interface FindingText {
  readonly severity: Severity;
  readonly meaning: string;
  /** Why it is dangerous. */
  readonly danger: string;
  /** In one sentence; the ways to do it are in app/remedies. */
  readonly remedy: string;
}

/** What a person should know although nothing is held for it. Not alerted, but for KeyOverdue. */
export const FINDINGS = {
  // The keys and who uses them.
  NothingPublished: {
    severity: 'info',
    meaning: 'No publication carries a key of this resource, so nobody knows who uses its keys and none is rotated.',
    danger: 'Keys that nobody rotates grow old, and whoever copied one keeps it.',
    remedy: 'If nobody uses a key, disable local authentication; else publish the connection string that they use.',
  },
  KeyOverdue: {
    severity: 'high',
    meaning: 'A key may be older than maxKeyAge.',
    danger: 'An access key is a root password without an end: whoever saw it since it was made can use it now.',
    remedy: 'Rotate now, or look at what holds the rotation.',
  },
  KeyAgeUnknown: {
    severity: 'low',
    meaning: 'Nothing tells how old a key is at most: not the key, not the activity log, not the resource.',
    danger: 'A key of unknown age has to be counted among those that too many people have seen.',
    remedy: 'Rotate once: from then on its age is recorded.',
  },
  LocalAuthEnabled: {
    severity: 'medium',
    meaning: 'Local authentication is on: whoever has an access key may do anything with the resource.',
    danger: 'A key says nothing of who uses it, cannot be limited to a role or a place, and does not expire.',
    remedy: 'Move consumers to Entra identities, then disable local authentication: see the verdict.',
  },
  AadAuthDisabled: {
    severity: 'medium',
    meaning: 'Entra authentication is off on the resource, so access keys are the only way in.',
    danger: 'No consumer can leave its key while Entra is refused.',
    remedy: 'Enable Entra authentication.',
  },
  // What others did.
  KeysListedByStranger: {
    severity: 'medium',
    meaning: 'Somebody outside knownPrincipals has listed the keys of the resource in the last 30 days.',
    danger: 'Whoever lists keys has both of them, and nothing tells what becomes of them.',
    remedy: 'Ask who it was. If nobody knows, report a compromise; if it is one of yours, add it to knownPrincipals.',
  },
  SelfUnknown: {
    severity: 'medium',
    meaning: 'Events of keys being listed or regenerated arrive, and SELF_PRINCIPAL_ID does not say which are our own.',
    danger: 'Strangers who list keys go unnoticed.',
    remedy: 'Set SELF_PRINCIPAL_ID to the object id of the identity of this app.',
  },
  StandbyLeaked: {
    severity: 'high',
    meaning:
      'A key was reported as leaked that no secret carried: whoever has it has read it from ARM, with the other one.',
    danger: 'The other key is in the same hands.',
    remedy: 'Report a compromise that names no key, so that both are replaced; then look at who may list keys.',
  },
  // The publications.
  AmbiguousAuth: {
    severity: 'medium',
    meaning:
      'A publication has both an AccessKey and an AuthType: newer SDKs use the key, SDKs of 2024 and before use Entra.',
    danger: 'Which of the two a consumer uses depends on the version of its SDK, so an upgrade may cut it off.',
    remedy: 'Remove one of the two. Its key is rotated meanwhile.',
  },
  WrittenByOther: {
    severity: 'medium',
    meaning:
      'Somebody else has written the secret since this app did; at its next run that deployment may put a dead key back.',
    danger: 'Consumers that read the dead key are refused until it is repaired.',
    remedy: 'Take the value of the secret out of whatever writes it (Bicep, Terraform, a pipeline): this app keeps it.',
  },
  PublishesDeadKey: {
    severity: 'high',
    meaning: 'A publication carries an access key that is in neither slot of the resource.',
    danger: 'Consumers that read it are refused.',
    remedy: 'It is repaired at the next look; if it stays, look at what holds the target.',
  },
  SecretWithoutExpiry: {
    severity: 'low',
    meaning: 'The current version of a publication that carries a key has no expiry date.',
    danger: 'Nothing warns when a rotation does not come.',
    remedy: 'Set secretExpiry to maxKeyAge, or set an expiry date on the version.',
  },
  SecretNearExpiry: {
    severity: 'medium',
    meaning: 'The current version of a publication expires within 30 days, or has expired.',
    danger: 'Consumers that heed the date stop working then.',
    remedy: 'Rotate now: a new version gets a new date.',
  },
  KeyShared: {
    severity: 'low',
    meaning: 'Publications in different vaults or subscriptions carry one key.',
    danger: 'Whoever may read any of the vaults has the resource, and nothing tells them apart.',
    remedy: 'Keep one publication and let consumers refer to it, or give each consumer an Entra identity.',
  },
  VaultPublicAccess: {
    severity: 'medium',
    meaning: 'A vault that holds a publication can be reached from every network.',
    danger: 'A stolen token is enough to read the key from anywhere.',
    remedy: 'Let chosen networks in only, or private endpoints.',
  },
  ConsumerPinned: {
    severity: 'medium',
    meaning: 'A consumer refers to one version of the secret, so it will never take up another.',
    danger: 'It is refused once its key is regenerated, and holds the rotation until then.',
    remedy: 'Take the version out of its Key Vault reference, so that it follows the current one.',
  },
  // The network of the resource.
  FreeSku: {
    severity: 'low',
    meaning: 'The resource has the Free tier, which knows neither private endpoints nor network rules.',
    danger: 'It cannot be taken off the internet.',
    remedy: 'Scale it to Standard or Premium.',
  },
  PrivateEndpointMissing: {
    severity: 'medium',
    meaning: 'The resource has no private endpoint.',
    danger: 'Servers and clients reach it over the internet, and so does whoever holds a stolen key.',
    remedy: 'Add a private endpoint, then restrict request types, then close public access.',
  },
  PrivateEndpointNotApproved: {
    severity: 'medium',
    meaning: 'A private endpoint connection is not approved.',
    danger: 'Traffic does not pass it, and goes over the internet or nowhere.',
    remedy: 'Approve the connection if it is yours, else remove it.',
  },
  PublicNetworkAccess: {
    severity: 'medium',
    meaning: 'Public network access is on.',
    danger: 'The resource answers on the internet, and an access key is all that guards it.',
    remedy: 'Close it when all servers and clients come through private endpoints.',
  },
  NetworkAclDefaultAllow: {
    severity: 'medium',
    meaning: 'What no network rule names is let in.',
    danger: 'A new private endpoint or request type is open until somebody thinks of it.',
    remedy: 'Set the default action to Deny and name what may pass.',
  },
  PublicRestApi: {
    severity: 'high',
    meaning: 'REST calls are let in from the public network.',
    danger: 'With a stolen key anybody can send to every client and close connections, from anywhere.',
    remedy: 'Let RESTAPI in by private endpoint only.',
  },
  PublicServerConnection: {
    severity: 'high',
    meaning: 'Server connections are let in from the public network.',
    danger: 'With a stolen key anybody can pose as an app server and is given clients and what they send.',
    remedy: 'Let ServerConnection in by private endpoint only.',
  },
  PublicTrace: {
    severity: 'low',
    meaning: 'Live trace connections are let in from the public network.',
    danger: 'With a stolen key anybody can watch who connects and what is sent.',
    remedy: 'Let Trace in only where operations need it.',
  },
  PublicClientConnection: {
    severity: 'info',
    meaning: 'Client connections are let in from the public network.',
    danger: 'With a stolen key anybody can sign in as any user.',
    remedy: 'Restrict it last, when all clients come through a private endpoint or a gateway.',
  },
  PrivateEndpointOpen: {
    severity: 'low',
    meaning: 'A private endpoint lets every type of request through.',
    danger: 'Whatever reaches its network may do everything that a key allows.',
    remedy: 'Allow only what is used there: ServerConnection and RESTAPI for servers, ClientConnection for clients.',
  },
  PrivateEndpointShut: {
    severity: 'info',
    meaning: 'No approved private endpoint lets server connections or REST calls through.',
    danger: 'App servers would be cut off when public access is closed.',
    remedy: 'Allow ServerConnection and RESTAPI on the private endpoint before public access is closed.',
  },
  IpRuleOpen: {
    severity: 'medium',
    meaning: 'An IP rule allows the whole internet, or half a continent.',
    danger: 'The rule looks like protection and is none.',
    remedy: 'Name the addresses that are yours, or remove the rule.',
  },
  IpRulesRemain: {
    severity: 'low',
    meaning: 'There is an approved private endpoint, and IP rules still let public addresses in.',
    danger: 'IP rules are for the time of a migration: addresses change hands.',
    remedy: 'Remove the IP rules when all traffic passes the private endpoint.',
  },
  // The rest of its posture.
  DiagnosticLogsOff: {
    severity: 'medium',
    meaning: 'No diagnostic setting sends the resource logs anywhere.',
    danger: 'After a compromise nobody can tell who connected.',
    remedy: 'Send the resource logs to a Log Analytics workspace.',
  },
  ResourceLogsOff: {
    severity: 'low',
    meaning: 'Categories of resource logs are off on the resource, so a diagnostic setting gets nothing of them.',
    danger: 'After a compromise nobody can tell who connected.',
    remedy: 'Turn ConnectivityLogs, MessagingLogs and HttpRequestLogs on.',
  },
  CorsAllowsAll: {
    severity: 'medium',
    meaning: 'Pages of every origin may connect to the resource.',
    danger: 'A page of somebody else can connect with the token of a visitor.',
    remedy: 'Name the origins of your pages.',
  },
  ClientCertificatesOff: {
    severity: 'info',
    meaning: 'Clients are not asked for a certificate in the TLS handshake.',
    danger: 'Nothing but a token tells one client from another.',
    remedy: 'Where every client has a certificate, ask for it.',
  },
  UpstreamWithoutIdentity: {
    severity: 'medium',
    meaning: 'A serverless resource calls an upstream without a managed identity.',
    danger:
      'The upstream can tell the calls only by a signature made with the access keys, or by a secret in its address.',
    remedy: 'Let the upstream ask for a token, and give the resource a managed identity.',
  },
} as const satisfies Record<string, FindingText>;

export type FindingCode = keyof typeof FINDINGS;

/** The same about the installation itself, which no target has. */
export const INSTALLATION_FINDINGS = {
  DeadLetters: {
    severity: 'high',
    meaning: 'Event Grid could not deliver events to the app, and laid them down.',
    danger: 'One of them may be a report of a leaked key, which nobody has answered.',
    remedy: 'Read what they are about, report each leak that one tells of, refresh the report, and delete them.',
  },
  FleetRowCorrupted: {
    severity: 'high',
    meaning:
      'A row of the ledger that is of all targets cannot be understood: it was changed by hand, or a newer version wrote it. It stays as it is.',
    danger:
      'What it may say counts on the safe side: a freeze of all without an end, or a place that stays taken, so that keys grow old. A leak may be hidden.',
    remedy:
      'Order the freeze anew, or lift it; put any other row right from a copy of the tables, or delete it when the finding says so.',
  },
} as const satisfies Record<string, FindingText>;
