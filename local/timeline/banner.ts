import type { Managed, World } from '../run/world.ts';
import { type Paint, short, uses } from './paint.ts';

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

function introduction(managed: Managed, names: number, paint: Paint): readonly string[] {
  const { target, about } = managed;
  const indent = ' '.repeat(names + 4);
  return [
    paint('  ', ['bold', target.name.padEnd(names)], `  ${about}`),
    ...usersByKey(managed).map((users) => paint(['dim', `${indent}${users}`])),
    '',
  ];
}

function usersByKey({ before, consumers }: Managed): readonly string[] {
  const keys = [...new Set(consumers.map(({ consumer }) => consumer.uses?.fingerprint ?? null))];
  return keys.map((key) => {
    const users = consumers.filter(({ consumer }) => (consumer.uses?.fingerprint ?? null) === key);
    const names = users.map(({ consumer }) => consumer.name);
    if (key === null) return uses(names, 'no key');
    const slot = (['primary', 'secondary'] as const).find((name) => before[name] === key);
    return uses(names, slot ? `${slot} ${short(key)}` : `${short(key)}, a key of another resource`);
  });
}

function invitation(url: string, targets: readonly Managed[], configPath: string, paint: Paint): readonly string[] {
  const [first] = targets;
  if (!first) return [];
  const api = `${url}/api/targets/${first.target.name}`;
  const rotateAfter = Math.min(...targets.map(({ target }) => target.policy.rotateAfter));
  const acknowledging = first.consumers.find(({ acknowledges }) => acknowledges)?.consumer;
  const fingerprint = acknowledging?.uses?.fingerprint;
  const ack = JSON.stringify({ consumer: acknowledging?.name, fingerprint });
  const command = (text: string) => paint(['cyan', `  ${text}`]);
  return [
    `Keys are due after ${rotateAfter / 1000} s here, so rotations keep coming. Try:`,
    '',
    command(`${url}/api/report`),
    paint(['dim', '  in a browser: how old each key is, and what to do about it']),
    command(`curl ${api}`),
    command(`curl ${api}/history`),
    command(`curl -X POST ${api}/rotate`),
    ...(fingerprint ? [command(`curl --json '${ack}' \\`), command(`  ${api}/acks`)] : []),
    '',
    'Its configuration, to be copied, changed and given back as ROTATION_CONFIG:',
    command(configPath),
    '',
    paint(['bold', 'Ctrl+C ends everything.']),
    '',
  ];
}
