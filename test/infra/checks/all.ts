import { documented } from './documented.ts';
import { modules } from './modules.ts';
import { names } from './names.ts';
import { parametersFile } from './parameters-file.ts';
import type { Check } from './problem.ts';
import { secrets } from './secrets.ts';
import { startTime } from './start-time.ts';
import { syntax } from './syntax.ts';
import { types } from './types.ts';

export const CHECKS: Readonly<Record<string, Check>> = {
  syntax,
  types,
  names,
  modules,
  startTime,
  secrets,
  documented,
  parametersFile,
};
