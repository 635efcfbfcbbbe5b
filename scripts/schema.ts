import { writeFileSync } from 'node:fs';
import { jsonSchema } from '../src/config-schema.ts';

/** Writes rotation.schema.json from the schema that reads rotation.json; a test says when the two differ. */
writeFileSync('rotation.schema.json', `${JSON.stringify(jsonSchema(), null, 2)}\n`);
