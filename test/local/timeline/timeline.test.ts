import { describe, expect, it } from 'vitest';
import { newKey } from '../../../local/azure/keys.ts';
import type { LogRecord } from '../../../local/host/start.ts';
import { list, uses, wrap } from '../../../local/timeline/paint.ts';
import { Screen } from '../../../local/timeline/screen.ts';
import { lineOfChange, lineOfLog } from '../../../local/timeline/words.ts';
import type { Receipt } from '../../../src/app/ports.ts';
import { Terminal } from '../run/a-terminal.ts';

const aRecord = (changes: Partial<LogRecord>): LogRecord => ({
  level: 'error',
  category: 'Function.reconcile.User',
  functionName: 'reconcile',
  invocationId: '1',
  message: '{}',
  ...changes,
});

describe('an alert', () => {
  it('says which target, what and what to do', () => {
    const alert = { event: 'TargetHeld', target: 'chat-prod', code: 'Stalled', remedy: 'Restart the consumers.' };
    expect(lineOfLog(aRecord({ message: JSON.stringify(alert) }))).toMatchObject({
      target: 'chat-prod',
      word: 'alert',
      text: 'TargetHeld Stalled: Restart the consumers.',
    });
  });

  it('that is no record of the app is shown as it is, on one line', () => {
    expect(lineOfLog(aRecord({ category: 'Host', message: 'broken\n  at x' }))?.text).toBe('broken at x');
    expect(lineOfLog(aRecord({ message: 'no JSON' }))?.text).toBe('no JSON');
  });

  it.each([44, 84] as const)('that holds a key of %i characters is not shown', (shape) => {
    const key = newKey(shape, Date.now());
    const line = lineOfLog(aRecord({ category: 'Host', message: `cannot parse ${key}` }));
    expect(line?.text).toBe('a record that holds what looks like a key');
  });

  it('is nothing less than an error', () => {
    expect(lineOfLog(aRecord({ level: 'warning' }))).toBeNull();
  });
});

describe('a requested rotation', () => {
  const lineFor = (why: string | null) => {
    const data = { reason: 'Requested', condemned: ['sha256:00112233aabbccdd'], why };
    const receipt = { step: 'condemn', actor: 'key', data } as unknown as Receipt;
    return lineOfChange({ kind: 'receipt', at: 0, target: 'chat-prod', receipt }).text;
  };

  it('is told with its reason, unless that looks like a key', () => {
    expect(lineFor(null)).toBe('00112233, as somebody asked');
    expect(lineFor('audit')).toBe('00112233, as somebody asked: audit');
    expect(lineFor(newKey(84, Date.now()))).toBe('00112233, as somebody asked');
  });
});

describe('a held target', () => {
  const lineFor = (data: unknown) => {
    const receipt = { step: 'hold', actor: 'rotator', data } as unknown as Receipt;
    return lineOfChange({ kind: 'receipt', at: 0, target: 'chat-prod', receipt }).text;
  };

  it('is told with what it means, and where', () => {
    const secrets = ['https://kv-a.vault.azure.net/secrets/chat', 'https://kv-b.vault.azure.net/secrets/chat'];
    expect(lineFor({ code: 'NotAConnectionString', secrets })).toBe(
      'NotAConnectionString in kv-a and kv-b: a publication is not a SignalR connection string, so its key can be neither read nor replaced',
    );
  });

  it('is told by its code alone where nobody has written what that means', () => {
    expect(lineFor({ code: 'Unheard' })).toBe('Unheard');
  });
});

describe('the screen', () => {
  it('draws what goes on now again and again below what stays', () => {
    const terminal = new Terminal();
    const screen = new Screen(terminal);
    screen.show(['first'], ['now', 'and here']);
    screen.show(['second'], ['later']);
    screen.show([]);
    expect(terminal.text).toBe('first\nnow\nand here\n\r\x1b[2A\x1b[Jsecond\nlater\n\r\x1b[1A\x1b[J');
  });

  it('writes into a pipe only what stays', () => {
    const pipe = new Terminal({ isTTY: false });
    const screen = new Screen(pipe);
    screen.show([screen.paint(['red', 'first'])], ['now']);
    screen.show([], ['later']);
    expect(pipe.text).toBe('first\n');
  });
});

describe('text', () => {
  it('breaks between words, and never inside one', () => {
    expect(wrap('gateway, mirror and billing use 0d5eec64', 16)).toEqual([
      'gateway, mirror',
      'and billing use',
      '0d5eec64',
    ]);
    expect(wrap('0123456789', 4)).toEqual(['0123456789']);
  });

  it('names each of several once', () => {
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'a', 'c']].map(list)).toEqual(['', 'a', 'a and b', 'a, b and c']);
  });

  it('agrees with how many do something', () => {
    expect(uses(['web'], 'no key')).toBe('web uses no key');
    expect(uses(['web', 'worker'], 'no key')).toBe('web and worker use no key');
  });
});
