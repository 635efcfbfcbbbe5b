import type { LocalAuth, Reason, ReasonCode } from '../../core/local-auth.ts';
import type { SecretId } from '../../core/model.ts';
import type { ResourcePosture } from '../../core/posture.ts';
import type { PublicationRecord } from '../ports.ts';
import type { StepReport } from '../report/schema.ts';
import { hostNameOf } from './address.ts';
import { lines, noCli } from './azure-cli.ts';
import { noBicep } from './bicep.ts';
import { inCloud } from './in-cloud.ts';
import { DISABLING_DELETES_KEYS, disableLocalAuth, keepLocalAuthDisabled, localAuth } from './local-auth.ts';
import {
  acknowledge,
  changeCode,
  choose,
  chooseOtherwise,
  isBareKey,
  isKeyedText,
  type Move,
  restart,
  write,
} from './migration.ts';
import { systemAssigned } from './passwordless.ts';
import { remedyOf } from './remedies.ts';
import type { Subject } from './remedy.ts';
import { grantRole } from './roles.ts';
import { callApp, SOME_TARGET } from './rotation-app.ts';
import { noTerraform } from './terraform.ts';
import { giveUpstreamIdentity } from './upstream.ts';

export { DISABLING_DELETES_KEYS } from './local-auth.ts';

/** What the steps are made out for. */
export interface LocalAuthSituation {
  readonly subject: Subject;
  readonly publications: readonly PublicationRecord[];
  readonly resource: Pick<ResourcePosture, 'aadAuthDisabled' | 'identity'>;
  /** The target's name in rotation.json, where it is known. */
  readonly target?: string;
  /** Who reads the publications; those whom the reasons name, where it is left out. */
  readonly consumers?: readonly string[];
}

/** What to do next, in order, for a verdict. Nothing in it is secret. */
export function nextSteps({ verdict, reasons }: LocalAuth, situation: LocalAuthSituation): readonly StepReport[] {
  const facts = {
    ...situation,
    reasons,
    target: situation.target ?? SOME_TARGET,
    consumers: consumersOf(reasons, situation),
  };
  return STEPS[verdict](facts).map((move) => inCloud(stepOf(move), facts.subject.cloud));
}

type Facts = Required<LocalAuthSituation> & { readonly reasons: readonly Reason[] };

const STEPS: Readonly<Record<LocalAuth['verdict'], (facts: Facts) => readonly Move[]>> = {
  Disabled: (facts) => [...entra(facts), ...leftOver(facts)],
  DisableNow: (facts) => [
    ...makeSure(facts),
    {
      ...disableLocalAuth(facts.subject),
      title: 'Disable local authentication',
      text: `Nothing that this app knows of uses a key any more. ${DISABLING_DELETES_KEYS}`,
    },
    { title: 'Keep it disabled', ...keepLocalAuthDisabled(facts.subject) },
    takeOut(facts),
  ],
  MigrateFirst: migrate,
  Unknown: migrate,
};

function migrate(facts: Facts): readonly Move[] {
  return [...entra(facts), ...publications(facts), ...stillToShow(facts), ...upstream(facts), ...rotationEnds(facts)];
}

const because = ({ reasons }: Facts, ...codes: readonly ReasonCode[]): readonly Reason[] =>
  reasons.filter(({ code }) => codes.includes(code));

/** Nobody can leave a key while Entra is refused, so this is the first. */
function entra({ subject, resource }: Facts): readonly Move[] {
  return resource.aadAuthDisabled
    ? [{ title: 'Enable Entra authentication', ...localAuth.AadAuthDisabled(subject) }]
    : [];
}

function publications({ subject, publications: all, consumers }: Facts): readonly Move[] {
  const keyed = all.filter(isKeyedText);
  const bare = all.filter(isBareKey);
  if (keyed.length + bare.length === 0) return [];
  const role = { title: 'Grant the role', ...grantRole(subject, consumers) };
  return [
    ...(keyed.length > 0 ? [choose(subject, keyed), chooseOtherwise(subject, keyed)] : []),
    role,
    ...(keyed.length > 0 ? [write(keyed)] : []),
    ...(bare.length > 0 ? [changeCode(subject, bare, endpointOf(subject))] : []),
    restart(consumers),
  ];
}

/** Where a bare key does not say. */
const endpointOf = (subject: Subject): string => `https://${hostNameOf(subject)}`;

const ASK = 'Have them say that they use Entra, once each of their instances was restarted.';

function stillToShow(facts: Facts): readonly Move[] {
  const { target, publications: all, subject } = facts;
  const unread = all.filter(({ code, text }) => code !== null || text === null);
  const moved = facts.publications.some((each) => isKeyedText(each) || isBareKey(each));
  const silent = because(facts, 'ConsumerUsesKey', 'ConsumerShowsNothing', 'ReaderNotShownToHaveLeft');
  const names = [...new Set([...(moved ? facts.consumers : []), ...consumersIn(silent)])];
  return [
    ...unread.flatMap(({ code, secret }) =>
      code === null
        ? []
        : [{ title: `Make readable what ${secret} holds`, ...remedyOf(code, { ...subject, secrets: [secret] }) }],
    ),
    ...(names.length > 0 || moved ? [acknowledge(target, names, whoIsMissing(silent))] : []),
    ...because(facts, 'UnlistedReaders').map(({ detail }) => listReaders(facts, detail.secrets ?? [])),
    ...because(facts, 'TokensAlive').map(waitForTokens),
  ];
}

function whoIsMissing(silent: readonly Reason[]): string {
  const missing = silent.map(({ code, detail: { consumers = [], secrets = [] } }) => {
    const who = consumers.join(', ');
    const what = secrets.length === 0 ? '' : ` (${secrets.join(', ')})`;
    return `${MISSING[code] ?? ''} ${who}${what}.`;
  });
  return [ASK, ...missing].join(' ');
}

const MISSING: Readonly<Partial<Record<ReasonCode, string>>> = {
  ConsumerUsesKey: 'Last shown with a key:',
  ConsumerShowsNothing: 'Nothing was ever shown by:',
  ReaderNotShownToHaveLeft: 'Not shown to have left its key:',
};

const listReaders = ({ target }: Facts, secrets: readonly SecretId[]): Move => ({
  title: 'List the readers that nobody listed',
  text:
    `Find who reads ${secrets.join(', ')}: the audit log of the vault names the identities. List them as consumers in ` +
    'rotation.json, or state under switchover.unlisted after what time they surely read anew.',
  portal: [
    'On the vault select Logs under Monitoring, and look for SecretGet on these secrets in the audit events.',
    'List whom you find under consumers in rotation.json, each with the evidence that it can give, and deploy the app.',
  ],
  azureCli: lines(
    '# rotation.json is edited, not commanded. What this app makes of it:',
    callApp('get', `targets/${target}?fresh=true`),
  ),
  bicep: noBicep('rotation.json is part of the app, not of a template.'),
  terraform: noTerraform('rotation.json is part of the app, not of a configuration.'),
});

const waitForTokens = ({ detail: { at } }: Reason): Move => ({
  title: 'Let the tokens run out',
  text:
    'Clients may hold tokens that were signed with a key. Disabling now would cut them off' +
    (at === undefined ? '.' : `; the last one ends at ${new Date(at).toISOString()}.`),
  portal: ['Nothing to do: wait. Tokens cannot be called back one by one.'],
  azureCli: noCli('wait until the time has passed.'),
  bicep: noBicep('wait until the time has passed.'),
  terraform: noTerraform('wait until the time has passed.'),
});

function upstream(facts: Facts): readonly Move[] {
  const { subject, resource } = facts;
  if (because(facts, 'UpstreamSignedWithKey').length === 0) return [];
  const asFound = { ...subject, evidence: { identity: resource.identity } };
  return [{ title: 'Let the upstream ask for a token', ...giveUpstreamIdentity(asFound) }];
}

function rotationEnds(facts: Facts): readonly Move[] {
  if (because(facts, 'RotationInProgress').length === 0) return [];
  return [
    {
      title: 'Let the rotation end',
      text: 'A rotation is under way. It ends when all consumers are shown to have switched; see for whom it waits.',
      portal: ['Not in the portal. In this report look at whom the rotation of the target awaits, and restart those.'],
      azureCli: callApp('get', `targets/${facts.target}`),
      bicep: noBicep('a rotation is an act of this app.'),
      terraform: noTerraform('a rotation is an act of this app.'),
    },
  ];
}

/** Where it rests on something weaker than a consumer's own word. */
function makeSure(facts: Facts): readonly Move[] {
  const weak = because(facts, 'ShownByReferenceAlone', 'ShownByTimeAlone');
  if (weak.length === 0) return [];
  const names = consumersIn(weak);
  const listed = names.filter((name) => name !== UNLISTED);
  return [
    {
      ...restart(listed),
      title: 'Make sure of those who are shown by a reference or by time alone',
      text:
        `${[...listed, ...(names.includes(UNLISTED) ? ['readers that nobody listed'] : [])].join(', ')}: that no key is ` +
        'used there any more is not their own word. Restart them once more, and see in the connectivity logs that they ' +
        'come back, before the keys are gone for good.',
    },
  ];
}

/** What rotation.json calls all whom it does not list. */
const UNLISTED = 'unlisted';

const takeOut = ({ target }: Facts): Move => ({
  title: 'Take the target out of rotation.json',
  text:
    'It has no keys left to rotate, and would be held as LocalAuthDisabled. The report goes on listing the resource ' +
    'among those that it finds in the subscription. Look at the logs for 401s first.',
  portal: ['Remove the target from rotation.json, and deploy the app.'],
  azureCli: lines(
    '# rotation.json is edited, not commanded. It is done when this answers 404:',
    callApp('get', `targets/${target}`),
  ),
  bicep: noBicep('rotation.json is part of the app, not of a template.'),
  terraform: noTerraform('rotation.json is part of the app, not of a configuration.'),
});

/** Secrets that still publish a key that is gone: whoever reads them is refused. */
function leftOver(facts: Facts): readonly Move[] {
  const secrets = because(facts, 'PublishesDeletedKey').flatMap(({ detail }) => detail.secrets ?? []);
  const those = facts.publications.filter(({ secret }) => secrets.includes(secret));
  const keyed = those.filter(isKeyedText);
  const bare = those.filter(isBareKey);
  return [
    ...(keyed.length > 0 ? [replaceDeleted(keyed)] : []),
    ...(bare.length > 0 ? [changeCode(facts.subject, bare, endpointOf(facts.subject))] : []),
  ];
}

const replaceDeleted = (keyed: readonly PublicationRecord[]): Move => ({
  ...write(keyed),
  title: 'Take the deleted keys out of the secrets',
  strings: systemAssigned(keyed),
  text:
    'These secrets still hold a key that was deleted with local authentication: whoever reads them is refused. Write the ' +
    'connection string without a key, see that its readers have their role, and restart them. A secret that nobody reads ' +
    'is disabled instead.',
});

const consumersIn = (reasons: readonly Reason[]): readonly string[] => [
  ...new Set(reasons.flatMap(({ detail }) => detail.consumers ?? [])),
];

const consumersOf = (reasons: readonly Reason[], { consumers }: LocalAuthSituation): readonly string[] =>
  (consumers ?? consumersIn(reasons)).filter((name) => name !== UNLISTED);

const stepOf = ({ strings = [], title, text, portal, azureCli, bicep, terraform }: Move): StepReport => ({
  title,
  connectionStrings: strings.map(({ secret, value }) => ({ secret, value })),
  text,
  portal: [...portal],
  azureCli,
  bicep,
  terraform,
});
