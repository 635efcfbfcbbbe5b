import type { DeadLettersSeen } from '../ports.ts';
import { az, indented, lines, noCli } from './azure-cli.ts';
import { noBicep } from './bicep.ts';
import type { Reference, Remedy } from './remedy.ts';
import { noTerraform } from './terraform.ts';

const BECAUSE = 'what was not delivered has to be read by a person.';

/** How to read, answer and remove what Event Grid could not deliver. */
export function deadLettersRemedy({ container }: Pick<DeadLettersSeen, 'container'>): Remedy {
  const place = placeOf(container);
  return {
    text:
      'Look at types, subjects and reasons, not at the whole of an event: it may hold a key. Report each leak that one ' +
      'tells of, and have every target looked at anew, which answers whatever else was missed. An event that is put back ' +
      'into the queue counts until it is older than compromise.maxEventAge. Mend what the reason names, then delete them.',
    portal: [
      `Open the storage account, select Containers under Data storage, then ${place?.name ?? container}.`,
      'Download the blobs, newest first. Each is a list of events, with deadLetterReason and lastDeliveryOutcome.',
      'For each event that tells of a leak report a compromise: POST …/compromise.',
      'Have every target looked at anew: POST /api/report/refresh. Mend what the reason names, then delete the blobs.',
    ],
    azureCli: place === null ? noCli('they lie in an emulator.') : commands(place),
    bicep: noBicep(BECAUSE),
    terraform: noTerraform(BECAUSE),
  };
}

function commands({ account, name }: Place): string {
  const at = { 'account-name': account, 'auth-mode': 'login' };
  const folder = { shell: '"$DEAD_LETTERS"' };
  const message = { shell: "\"$(jq -c '.[0]' '<file>' | base64 | tr -d '\\n')\"" };
  return lines(
    '# What is there, the newest last. It takes Storage Blob Data Contributor on the account:',
    az('storage blob list', {
      ...at,
      'container-name': name,
      query: 'sort_by([].{name: name, at: properties.lastModified}, &at)',
      output: 'table',
    }),
    '# What they are about, without what they hold:',
    'DEAD_LETTERS=$(mktemp -d)',
    az('storage blob download-batch', { ...at, source: name, destination: folder, output: 'none' }),
    'find "$DEAD_LETTERS" -type f -exec jq -c \'.[] | {id, type: (.eventType // .type), at: (.eventTime // .time),',
    "  reason: (.deadLetterReason // .deadletterreason), outcome: (.lastDeliveryOutcome // .lastdeliveryoutcome)}' {} +",
    '# For each that tells of a leak, and then once for whatever else was missed:',
    "signalr-key-rotation compromise '<target>' --reported-at '<at>' --why 'an event that was not delivered'",
    'signalr-key-rotation refresh',
    '# One that is younger than compromise.maxEventAge can be put back into the queue instead:',
    indented(az('storage message put', { ...at, 'queue-name': 'event-queue', content: message }), '# '),
    '# When all are answered:',
    indented(az('storage blob delete-batch', { ...at, source: name }), '# '),
    'rm -r "$DEAD_LETTERS"',
  );
}

interface Place {
  readonly account: string;
  /** Of the container. */
  readonly name: string;
}

/** null for an emulator, whose account is no part of its host. */
function placeOf(container: string): Place | null {
  const [, account, name] = /^https:\/\/([a-z0-9]{3,24})\.blob\.[a-z0-9.]+\/([a-z0-9-]+)$/.exec(container) ?? [];
  return account === undefined || name === undefined ? null : { account, name };
}

export const DEAD_LETTERS_REFERENCES: readonly Reference[] = [
  {
    source: 'Microsoft Learn',
    id: null,
    title: 'Event Grid message delivery and retry',
    url: 'https://learn.microsoft.com/azure/event-grid/delivery-and-retry',
  },
];
