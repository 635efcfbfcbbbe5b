import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { generated } from './generated.ts';

for (const [path, make] of Object.entries(generated)) {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  writeFileSync(path, make(before));
}
