import { describe, expect, it } from 'vitest';
import { deadLettersRemedy } from '../../../src/app/remedies/dead-letters.ts';
import { AZ_COMMANDS } from './az-commands.ts';
import { azCallsIn, complaintsOf } from './shell.ts';

const { azureCli } = deadLettersRemedy({ container: 'https://stkeys.blob.core.chinacloudapi.cn/event-dead-letters' });
/** With the commands that are there to be run after a look. */
const all = azureCli.replaceAll(/^# (?=az | {2})/gm, '');
const run = (script: string) => azCallsIn(`jq() { echo '{}'; }; signalr-key-rotation() { :; }\n${script}`);

describe('the commands for dead letters', () => {
  it('are taken by a shell, and known to the Azure CLI', () => {
    expect(complaintsOf(all)).toBe('');
    const calls = run(all);
    expect(
      calls.map((call) =>
        call
          .slice(0, 3)
          .join(' ')
          .replace(/ --.*$/, ''),
      ),
    ).toEqual(['storage blob list', 'storage blob download-batch', 'storage message put', 'storage blob delete-batch']);
    for (const call of calls) {
      const options = call.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
      for (const option of options) expect(AZ_COMMANDS[call.slice(0, 3).join(' ')]).toContain(option);
      expect(call.join(' ')).toContain('--account-name stkeys --auth-mode login');
    }
  });

  it('only look, until a person has read and takes the marks of a comment away', () => {
    expect(run(azureCli).map((call) => call[2])).toEqual(['list', 'download-batch']);
  });

  it('show types, times and reasons, and nothing that whoever published the event has filled in', () => {
    expect(azureCli).toContain('deadLetterReason');
    expect(azureCli).not.toMatch(/\.(data|subject)\b/);
  });

  it('are not made up for an emulator', () => {
    const { azureCli } = deadLettersRemedy({ container: 'http://127.0.0.1:10000/devstoreaccount1/event-dead-letters' });
    expect(azureCli).toBe('# Not to be done with the Azure CLI: they lie in an emulator.');
  });
});
