import { z } from 'zod';
import { parseFingerprint } from '../../core/model.ts';

/** A key's fingerprint, in any letter case. */
export const fingerprint = z
  .string()
  .regex(/^[Ss][Hh][Aa]256:[0-9a-fA-F]{16}$/, { error: 'must be sha256: and 16 hex digits', abort: true })
  .transform((text, context) => {
    const parsed = parseFingerprint(text.toLowerCase());
    if (parsed !== null) return parsed;
    context.addIssue({ code: 'custom', message: 'must be sha256: and 16 hex digits' });
    return z.NEVER;
  });
