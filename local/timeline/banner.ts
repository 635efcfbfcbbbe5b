import type { Managed, World } from '../run/world.ts';
import { list, type Paint, short } from './paint.ts';

/** What runs, what to try, how to end it. */
export function banner({ url, configPath, targets }: World, paint: Paint, isOnce: boolean): readonly string[] {
  const names = Math.max(...targets.map(({ target }) => target.name.length));
  return [
    paint('The app answers on ', ['bold', url], '. All it talks to is on this machine,'),
    'and seconds stand for days.',
    '',
    ...targets.flatMap((managed) => introduction(managed, names, paint)),
    ...(isOnce
      ? ['Ends when each due target has completed one rotation.', '']
      : invitation(url, targets, configPath, paint)),
  ];
}

function introduction({ target, about, before, consumers }: Managed, names: number, paint: Paint): readonly string[] {
  const indent = ' '.repeat(names + 4);
  const users = list(consumers.map(({ consumer }) => consumer.name));
  const key = before.active === null ? 'no key' : `${before.active} ${short(before[before.active])}`;
  return [
    paint('  ', ['bold', target.name.padEnd(names)], `  ${about}`),
    ...(users === '' ? [] : [paint(['dim', `${indent}${users} use ${key}`])]),
    '',
  ];
}

function invitation(url: string, targets: readonly Managed[], configPath: string, paint: Paint): readonly string[] {
  const [first] = targets;
  if (!first) return [];
  const api = `${url}/api/targets/${first.target.name}`;
  const rotateAfter = Math.min(...targets.map(({ target }) => target.policy.rotateAfter));
  const acknowledging = first.consumers.find(({ acknowledges }) => acknowledges)?.consumer.name;
  const fingerprint = first.before.active && first.before[first.before.active];
  const ack = JSON.stringify({ consumer: acknowledging, fingerprint });
  const command = (text: string) => paint(['cyan', `  ${text}`]);
  return [
    `Keys are due after ${rotateAfter / 1000} s here, so rotations keep coming. Try:`,
    '',
    command(`curl ${api}`),
    command(`curl ${api}/history`),
    command(`curl -X POST ${api}/rotate`),
    ...(acknowledging && fingerprint ? [command(`curl --json '${ack}' \\`), command(`  ${api}/acks`)] : []),
    '',
    'Its configuration, to be copied, changed and given back as ROTATION_CONFIG:',
    command(configPath),
    '',
    paint(['bold', 'Ctrl+C ends everything.']),
    '',
  ];
}
