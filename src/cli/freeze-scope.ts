import { inPath } from './app-command.ts';
import { usage } from './failure.ts';

/** One target, or all of them. @throws Failure for neither and for both */
export function scopeOf(target: string | undefined, { all = false }: { readonly all?: boolean }) {
  if (all === (target !== undefined)) throw usage('Name a target, or say --all.');
  return target === undefined
    ? { all: true, path: 'freeze', name: 'All targets are' }
    : { all: false, path: `targets/${inPath(target)}/freeze`, name: `${target} is` };
}
