import type { CustomRole } from './roles.ts';

/** Something that a caller wants to do: an action on resources, or a data action on what is in one. */
export interface Wanted {
  readonly kind: 'action' | 'dataAction';
  readonly action: string;
}

export type Permissions = Pick<CustomRole, 'actions' | 'notActions' | 'dataActions' | 'notDataActions'>;

/**
 * Which of a role's patterns grants it; null where none does. What a role takes away again it takes from itself alone: another
 * role may grant it all the same.
 */
export function granting(role: Permissions, { kind, action }: Wanted): string | null {
  const [given, taken] = kind === 'action' ? [role.actions, role.notActions] : [role.dataActions, role.notDataActions];
  if (taken.some((pattern) => matches(pattern, action))) return null;
  return given.find((pattern) => matches(pattern, action)) ?? null;
}

/** `*` stands for anything, slashes included. Without case. */
export function matches(pattern: string, action: string): boolean {
  const literal = (text: string) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`, 'i').test(action);
}

/** An assignment holds for its scope and everything below it. */
export function covers(scope: string, at: string): boolean {
  const [above, below] = [bare(scope), bare(at)];
  return below === above || below.startsWith(`${above}/`);
}

const bare = (scope: string): string => scope.replace(/\/+$/, '').toLowerCase();
