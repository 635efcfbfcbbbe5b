import { readFileSync } from 'node:fs';
import { type ParseOptions, parseRotationFile } from '../../config.ts';
import { several } from '../../views/names.ts';
import { blocker, type Check, fine } from './check.ts';

/** Reads a rotation.json as the app will. */
export function checkFile(path: string, options: ParseOptions): readonly Check[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [blocker(path, 'ConfigurationInvalid', 'It cannot be read.', 'Check the path, and the rights on it.')];
  }
  const parsed = parseRotationFile(text, options);
  if (parsed.ok) return [fine(path, 'Valid', `It is valid, with ${several(parsed.value.targets.length, 'target')}.`)];
  return parsed.faults.map((fault) =>
    blocker(
      path,
      'ConfigurationInvalid',
      `${fault.path === '' ? 'It' : fault.path} ${fault.message}.`,
      'Correct it, and deploy again.',
    ),
  );
}
