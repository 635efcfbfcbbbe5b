import type { Control } from './control.ts';
import type { Decision } from './decision.ts';
import type { Instant } from './model.ts';

/** Outside every window. Where a window is, is told from outside: core knows no time zones. */
export const isShut = ({ window }: Control): boolean => window !== null && !window.isOpen;

export const waitForWindow = ({ window }: Control, lookAt: Instant): Decision => ({
  kind: 'wait',
  for: 'window',
  wakeAt: Math.min(window?.opensAt ?? lookAt, lookAt),
});
