import { describe, expect, it } from 'vitest';
import { type ConnectionString, isKeyed, parse } from '../../src/connection-string/parse.ts';
import vectors from '../vectors/connection-string-dotnet-1.34.json' with { type: 'json' };
import { codeOf } from './code-of.ts';

type Row = (typeof vectors.rows)[number];

const authOf: Record<ConnectionString['credential']['kind'], string> = {
  'access-key': 'access-key',
  'default-credential': 'default',
  'managed-identity': 'managed-identity',
  'client-secret': 'client-secret',
  'client-certificate': 'client-certificate',
};

/** Every field that a row may hold, as we answer it. */
function answer(text: string): Omit<Row, 'in'> {
  const error = codeOf(() => parse(text));
  if (error !== null) return { error };
  const parsed = parse(text);
  const { endpoint, server, client, audience, credential } = parsed;
  return {
    endpoint,
    server,
    client,
    audience,
    auth: authOf[credential.kind],
    ...(isKeyed(parsed) && { accessKey: parsed.credential.accessKey }),
  };
}

describe('the 500 answers of the .NET SDK', () => {
  it('are all there', () => {
    expect(vectors.rows).toHaveLength(500);
  });

  it.each(vectors.rows)('$in', ({ in: text, ...expected }) => {
    expect(answer(text)).toEqual(expected);
  });
});
