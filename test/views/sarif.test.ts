import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/app/report/schema.ts';
import { FINDINGS, type FindingCode } from '../../src/core/finding-codes.ts';
import { sarifOf } from '../../src/views/sarif.ts';
import oasis from '../vectors/sarif-schema-2.1.0.json' with { type: 'json' };
import { A_PAGE, aFinding, aReportOf, aSecret, CWE_923, resourceIdOf } from './a-finding.ts';

// The schema is of draft 4. It uses nothing in which draft 7 differs but the name of its id.
const { $schema: _, id: __, ...schema } = oasis;
const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);
const validate = ajv.compile(schema);

/** What is wrong with it by the schema of OASIS. */
function faultsOf(log: unknown): readonly unknown[] {
  return validate(log) ? [] : (validate.errors ?? []);
}

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly Record<string, unknown>[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Run {
  readonly tool: { readonly driver: Readonly<Record<string, unknown>> & { readonly rules: readonly Rule[] } };
  readonly taxonomies?: readonly { readonly name: string; readonly taxa: readonly { readonly id: string }[] }[];
  readonly invocations: readonly { readonly toolExecutionNotifications: readonly { message: { text: string } }[] }[];
  readonly results: readonly Result[];
  readonly properties?: Readonly<Record<string, unknown>>;
}

type Rule = Readonly<Record<string, unknown>> & { readonly id: string };

/** The one run, which is valid. */
function runOf(report: Report): Run {
  const log = sarifOf(report, { version: '1.2.3' }) as { readonly runs: readonly Run[] };
  expect(faultsOf(log)).toEqual([]);
  const [run, ...others] = log.runs;
  if (run === undefined || others.length > 0) throw new Error('There is not one run.');
  return run;
}

const only = (report: Report): Result => {
  const [result] = runOf(report).results;
  if (result === undefined) throw new Error('Nothing was found.');
  return result;
};

const printsOf = (report: Report): readonly (string | undefined)[] =>
  runOf(report).results.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash);

describe('a SARIF log', () => {
  it('is valid where nothing was found', () => {
    const run = runOf(aReportOf({}));
    expect(run.results).toEqual([]);
    expect(run.tool.driver).toEqual({ name: 'signalr-key-rotation', semanticVersion: '1.2.3', rules: [] });
    expect(run.taxonomies).toBeUndefined();
  });

  it.each(Object.keys(FINDINGS) as FindingCode[])('is valid where %s was found', (code) => {
    const report = aReportOf({ targets: { 'chat-prod': [aFinding(code, { references: [CWE_923, A_PAGE] })] } });
    expect(only(report)).toMatchObject({ ruleId: code, ruleIndex: 0 });
  });

  it('is valid whatever Azure calls its things', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'binary' })), (name, secrets) => {
        runOf(aReportOf({ targets: { [name]: [aFinding('KeyOverdue', { secrets })] } }));
      }),
    );
  });

  it('would be refused with a level, a rule or a property that SARIF does not know', () => {
    const report = aReportOf({ targets: { 'chat-prod': [aFinding('KeyOverdue')] } });
    const text = JSON.stringify(sarifOf(report, { version: '1.2.3' }));
    for (const [right, wrong] of [
      ['"level":"error"', '"level":"high"'],
      ['"ruleIndex":0', '"ruleIndex":"0"'],
      ['"semanticVersion"', '"semantics"'],
    ] as const) {
      expect(text).toContain(right);
      expect(faultsOf(JSON.parse(text.replace(right, wrong)))).not.toEqual([]);
    }
  });

  it('says where the next page is, and nothing on the last', () => {
    expect(runOf(aReportOf({ next: '/api/report?format=sarif&page=2' })).properties).toEqual({
      next: '/api/report?format=sarif&page=2',
    });
    expect(runOf(aReportOf({})).properties).toBeUndefined();
  });

  it('does not pass off as clean what was not looked at', () => {
    const surveys: Report['summary']['surveys'] = [
      { subscription: 'sub-a', at: '2026-11-02T07:00:00.000Z', trouble: 'forbidden' },
      { subscription: 'sub-b', at: '2026-11-02T07:00:00.000Z', trouble: null },
    ];
    const [invocation] = runOf(aReportOf({ targets: { new: null, old: [] }, surveys })).invocations;
    expect(invocation?.toolExecutionNotifications.map(({ message }) => message.text)).toEqual([
      'new has not been observed yet, so nothing is known of it.',
      'The resources of sub-a could not be listed: forbidden.',
    ]);
  });
});

describe('a result', () => {
  it('is at the resource, and in the file that names it', () => {
    const [location] = only(aReportOf({ targets: { 'chat-prod': [aFinding('KeyOverdue')] } })).locations;
    expect(location).toMatchObject({
      logicalLocations: [{ name: 'chat-prod', fullyQualifiedName: resourceIdOf('chat-prod'), kind: 'resource' }],
      physicalLocation: { artifactLocation: { uri: 'rotation.json' } },
    });
  });

  it('is there for a resource that nobody manages, and says so', () => {
    const result = only(aReportOf({ unmanaged: { stray: [aFinding('LocalAuthEnabled')] } }));
    expect(result).toMatchObject({
      ruleId: 'LocalAuthEnabled',
      locations: [
        {
          logicalLocations: [{ fullyQualifiedName: resourceIdOf('stray') }],
          message: { text: expect.stringContaining('no target names the resource') },
        },
      ],
    });
  });

  it.each([
    ['PublicRestApi', 'error', '8.0'],
    ['PublicNetworkAccess', 'warning', '5.5'],
    ['FreeSku', 'note', '2.0'],
    ['ClientCertificatesOff', 'note', '0.0'],
  ] as const)('of %s is %s', (code, level, severity) => {
    const { results, tool } = runOf(aReportOf({ targets: { 'chat-prod': [aFinding(code)] } }));
    expect(results[0]).toMatchObject({ level });
    expect(tool.driver.rules[0]).toMatchObject({
      defaultConfiguration: { level },
      properties: { 'security-severity': severity },
    });
  });

  it('tells what was found, with its evidence and what to do about this resource', () => {
    const finding = aFinding('PublishesDeadKey', { secrets: [aSecret('chat')], remedy: 'Repair chat-prod.' });
    const result = only(aReportOf({ targets: { 'chat-prod': [finding] } }));
    expect(result.message.text).toBe(
      'chat-prod: A publication carries an access key that is in neither slot of the resource.',
    );
    expect(result.properties).toEqual({ evidence: finding.evidence, remedy: 'Repair chat-prod.' });
  });

  it('does not turn a name into a placeholder or a link', () => {
    const report = aReportOf({ unmanaged: { '{0}[here](https://evil.example)': [aFinding('FreeSku')] } });
    expect(only(report).message.text).toMatch(/^\{\{0\}\}\\\[here\\\]\(https/);
  });
});

describe('the fingerprint of a result', () => {
  const overdue = aFinding('KeyOverdue');
  const dead = (...secrets: string[]) => aFinding('PublishesDeadKey', { secrets: secrets.map(aSecret) });

  it('stays, whatever else is found and whoever comes first', () => {
    const [alone] = printsOf(aReportOf({ targets: { 'chat-prod': [overdue] } }));
    const later = printsOf(aReportOf({ targets: { aaa: [dead('x'), overdue], 'chat-prod': [dead('y'), overdue] } }));
    expect(later[3]).toBe(alone);
    expect(new Set(later).size).toBe(4);
  });

  it('stays when the severity, the words or the order of the secrets change', () => {
    const before = aReportOf({ targets: { 'chat-prod': [dead('a', 'b')] } });
    const after = aReportOf({ targets: { 'chat-prod': [{ ...dead('b', 'a'), severity: 'low', danger: 'Other.' }] } });
    expect(printsOf(after)).toEqual(printsOf(before));
  });

  it('tells resources, codes and secrets apart, and two of a kind', () => {
    const found = [overdue, dead('a'), dead('b'), dead('a', 'b'), dead('a')];
    const prints = printsOf(aReportOf({ targets: { 'chat-prod': found, other: found } }));
    expect(new Set(prints).size).toBe(10);
  });
});

describe('a rule', () => {
  it('is there once for all results of its code, which point at it', () => {
    const report = aReportOf({
      targets: { a: [aFinding('FreeSku'), aFinding('KeyOverdue')], b: [aFinding('KeyOverdue')] },
      unmanaged: { c: [aFinding('LocalAuthEnabled'), aFinding('FreeSku')] },
    });
    const { results, tool } = runOf(report);
    expect(tool.driver.rules.map(({ id }) => id)).toEqual(['FreeSku', 'KeyOverdue', 'LocalAuthEnabled']);
    expect(results).toHaveLength(5);
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  });

  it('says what is wrong, why it is dangerous, what to do and where to read more', () => {
    const finding = aFinding('PublicRestApi', { references: [CWE_923, A_PAGE], remedy: 'Close chat-prod.' });
    const [rule] = runOf(aReportOf({ targets: { 'chat-prod': [finding] } })).tool.driver.rules;
    expect(rule).toMatchObject({
      name: 'PublicRestApi',
      shortDescription: { text: 'REST calls are let in from the public network.' },
      fullDescription: { text: FINDINGS.PublicRestApi.danger },
      help: { text: 'Let RESTAPI in by private endpoint only.' },
      helpUri: A_PAGE.url,
    });
    expect(rule?.help).toMatchObject({
      markdown: expect.stringContaining(`- [CWE-923: ${CWE_923.title}](${CWE_923.url})`),
    });
  });

  it('does not speak of the one resource that happened to come first', () => {
    const [rule] = runOf(aReportOf({ targets: { 'chat-prod': [aFinding('FreeSku', { remedy: 'Scale chat-prod.' })] } }))
      .tool.driver.rules;
    expect(JSON.stringify(rule)).not.toContain('chat-prod');
  });

  it('of a publication that is skipped has the words of the condition', () => {
    const skipped = { ...aFinding('FreeSku', { remedy: 'Create chat.' }), code: 'SecretMissing' };
    const [rule] = runOf(aReportOf({ targets: { 'chat-prod': [skipped] } })).tool.driver.rules;
    expect(rule).toMatchObject({ id: 'SecretMissing', help: { text: expect.stringMatching(/^Create the secret, /) } });
  });

  it('refers to its weakness in the taxonomy of CWE, which has each once', () => {
    const references = [CWE_923, A_PAGE];
    const report = aReportOf({
      targets: { a: [aFinding('PublicRestApi', { references }), aFinding('PublicTrace', { references })] },
      unmanaged: { b: [aFinding('FreeSku')] },
    });
    const { taxonomies, tool } = runOf(report);
    expect(taxonomies?.map(({ name, taxa }) => [name, taxa.map(({ id }) => id)])).toEqual([['CWE', ['923']]]);
    expect(tool.driver.supportedTaxonomies).toEqual([{ name: 'CWE', index: 0 }]);
    const [restApi, , freeSku] = tool.driver.rules;
    expect(restApi).toMatchObject({
      relationships: [{ target: { id: '923', index: 0, toolComponent: { name: 'CWE', index: 0 } } }],
      properties: { tags: ['security', 'external/cwe/cwe-923'] },
    });
    expect(freeSku).not.toHaveProperty('relationships');
  });
});
