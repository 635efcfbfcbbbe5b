import { createHmac } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { anApp, post, principal, TENANT, WEB_PRINCIPAL } from './an-app.ts';

const SECRET = 'a-webhook-secret-of-a-test';
const KEYS = { functionKey: 'a-function-key', masterKey: 'a-master-key' };
const env = { LEAKS_SECRET: SECRET };
const apps = {
  entra: await anApp({ env: { ...env, WEBSITE_AUTH_ENABLED: 'True', AUTH_TENANT_ID: TENANT }, ...KEYS }),
  keyed: await anApp({ env, ...KEYS }),
  open: await anApp({ env }),
};
afterAll(async () => {
  for (const { stop } of Object.values(apps)) await stop();
});

/** Each route as the bundle registers it: `POST /api/targets/{target}/rotate`. */
const REGISTERED = Object.fromEntries(
  apps.entra.app.functions.filter(({ trigger }) => trigger === 'httpTrigger').map(({ name, detail }) => [name, detail]),
);

interface Row {
  /** The function; left out where the row is named after it. */
  readonly route?: string;
  readonly target?: string;
  readonly body?: unknown;
  /** What an Operator gets. */
  readonly operator: number;
}

const EMPTY = {};
const why = 'a test';
const freeze = { until: '2999-01-01T00:00:00Z', why };
/** The levers, and what would set off a rotation with each caller, are tried on a target that is not there. */
const none = { target: 'none', operator: 404 };

const ROWS = {
  health: { operator: 200 },
  leaks: { body: { zen: 'Keep it logically awesome.' }, operator: 401 },
  openapi: { operator: 200 },
  report: { operator: 200 },
  metrics: { operator: 200 },
  refresh: { body: EMPTY, operator: 202 },
  target: { operator: 200 },
  plan: { operator: 200 },
  history: { operator: 200 },
  rotate: { body: EMPTY, operator: 202 },
  compromise: { body: { why }, ...none },
  rollback: { body: { why }, ...none },
  retire: { body: { why, givenUp: ['web'] }, ...none },
  forget: { body: { why }, ...none },
  freeze: { body: freeze, operator: 200 },
  unfreeze: { operator: 200 },
  'freeze-all': { body: freeze, operator: 200 },
  'unfreeze-all': { operator: 200 },
  'acks for web': { route: 'acks', body: { consumer: 'web', auth: 'entra' }, operator: 200 },
  'acks for job': { route: 'acks', body: { consumer: 'job', auth: 'entra' }, operator: 200 },
} as const satisfies Record<string, Row>;

type Name = keyof typeof ROWS;
const NAMES = Object.keys(ROWS) as Name[];
const routeOf = (name: Name): string => (ROWS[name] as Row).route ?? name;

type Outcome = Readonly<Record<Name, number>>;
const each = (statusOf: (name: Name) => number): Outcome =>
  Object.fromEntries(NAMES.map((name) => [name, statusOf(name)])) as Outcome;

/** Nobody's identity matters to health, nor to leaks, which wants a signature. */
const OPEN = { health: 200, leaks: 401 };
const refused = (status: 401 | 403): Outcome => ({ ...each(() => status), ...OPEN });
const READER = { openapi: 200, report: 200, metrics: 200, target: 200, plan: 200, history: 200 };
const reader: Outcome = { ...refused(403), ...READER };
const operator = each((name) => ROWS[name].operator);
const itself: Outcome = { ...refused(403), 'acks for web': 200 };
/** The host does not say whose key it was, and so nobody can be the consumer whose principal is configured. */
const keyHolder: Outcome = { ...operator, 'acks for web': 403 };

const header = (value: string) => ({ 'x-ms-client-principal': value });
const encoded = (value: unknown) =>
  header(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64'));
const OID = 'cccccccc-0000-0000-0000-000000000001';
const claims = [
  { typ: 'tid', val: TENANT },
  { typ: 'oid', val: OID },
  { typ: 'roles', val: 'Operator' },
];
const claiming = (...those: unknown[]) => encoded({ auth_typ: 'aad', claims: those });
const without = (typ: string) => claiming(...claims.filter((claim) => claim.typ !== typ));
const valid = principal(['Operator'])['x-ms-client-principal'];
const key = (value: string) => ({ 'x-functions-key': value });

const MALFORMED: Readonly<Record<string, Record<string, string>>> = {
  'an empty principal': header(''),
  'no base64': header('{"claims":[]}'),
  'base64 without its padding': header(valid.replace(/=*$/, '').slice(0, -1)),
  'two principals in one header': header(`${valid}, ${valid}`),
  'no JSON': encoded('claims'),
  'half of the JSON': encoded(JSON.stringify({ auth_typ: 'aad', claims }).slice(0, -2)),
  null: encoded('null'),
  'a list': encoded(claims),
  'claims missing': encoded({ auth_typ: 'aad' }),
  'claims that are no list': encoded({ auth_typ: 'aad', claims: { roles: 'Operator' } }),
  'a claim that is null': claiming(...claims, null),
  'a claim that is no text': claiming(...claims, { typ: 'roles', val: ['Operator'] }),
  'a claim without a type': claiming(...claims, { val: 'Operator' }),
  'another identity provider': encoded({ auth_typ: 'google', claims }),
  'no identity provider': encoded({ claims }),
  'oid missing': without('oid'),
  'an oid that is none': claiming(...claims.filter(({ typ }) => typ !== 'oid'), { typ: 'oid', val: 'somebody' }),
  'two oids': claiming(...claims, { typ: 'oid', val: WEB_PRINCIPAL }),
};

const ENTRA: Readonly<Record<string, readonly [Record<string, string>, Outcome]>> = {
  anonymous: [{}, refused(401)],
  ...Object.fromEntries(Object.entries(MALFORMED).map(([name, headers]) => [name, [headers, refused(401)] as const])),
  'tid missing': [without('tid'), refused(403)],
  'an Operator of another tenant': [principal(['Operator'], { tid: 'other' }), refused(403)],
  'two tids': [claiming(...claims, { typ: 'tid', val: 'other' }), refused(403)],
  'somebody without a role': [principal([]), refused(403)],
  'a role that is none of ours': [principal(['Owner']), refused(403)],
  'a role in other letters': [principal(['operator']), refused(403)],
  'a role in a claim that the principal calls its roles': [
    encoded({ auth_typ: 'aad', role_typ: 'name', claims: [...claims.slice(0, 2), { typ: 'name', val: 'Operator' }] }),
    refused(403),
  ],
  'a Reader': [principal(['Reader']), reader],
  'an Operator': [principal(['Operator']), operator],
  'an Operator by the long names of claims and other letters': [
    claiming(
      { typ: 'http://schemas.microsoft.com/identity/claims/tenantid', val: TENANT.toUpperCase() },
      { typ: 'http://schemas.microsoft.com/identity/claims/objectidentifier', val: OID.toUpperCase() },
      { typ: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role', val: 'Operator' },
    ),
    operator,
  ],
  'a Consumer that is not listed': [principal(['Consumer']), refused(403)],
  'the consumer itself': [principal(['Consumer'], { oid: WEB_PRINCIPAL }), itself],
  'the consumer itself, as a Reader too': [
    principal(['Consumer', 'Reader'], { oid: WEB_PRINCIPAL }),
    { ...itself, ...READER },
  ],
  'the consumer without its role': [principal([], { oid: WEB_PRINCIPAL }), refused(403)],
  'the consumer as a Reader': [principal(['Reader'], { oid: WEB_PRINCIPAL }), reader],
  'a function key': [key(KEYS.functionKey), refused(401)],
  'the master key': [key(KEYS.masterKey), refused(401)],
  'a wrong key': [key('wrong'), refused(401)],
};

const spoofed = principal(['Operator', 'Consumer'], { oid: WEB_PRINCIPAL });
const KEYED: typeof ENTRA = {
  anonymous: [{}, refused(401)],
  'a wrong key': [key('wrong'), refused(401)],
  'an empty key': [key(''), refused(401)],
  'an identity header': [spoofed, refused(401)],
  'an identity header and a wrong key': [{ ...spoofed, ...key('wrong') }, refused(401)],
  'a function key': [key(KEYS.functionKey), keyHolder],
  'the master key': [key(KEYS.masterKey), keyHolder],
  'a function key and an identity header': [{ ...spoofed, ...key(KEYS.functionKey) }, keyHolder],
  'a function key and a malformed identity header': [{ ...header('nonsense'), ...key(KEYS.functionKey) }, keyHolder],
};
const UNGUARDED: typeof ENTRA = {
  'whoever the host lets through': [{}, keyHolder],
  'an identity header': [spoofed, keyHolder],
};

async function statusOf(app: keyof typeof apps, name: Name, headers: Record<string, string>, query = '') {
  const { target = 'chat-prod', body } = ROWS[name] as Row;
  const [method = '', path = ''] = REGISTERED[routeOf(name)]?.split(' ') ?? [];
  const sent = body === undefined ? { method } : post(body);
  const response = await apps[app].app.get(`${path.replace('{target}', target)}${query}`, {
    ...sent,
    headers: { ...(sent as RequestInit & { headers?: Record<string, string> }).headers, ...headers },
  });
  await response.arrayBuffer();
  return response.status;
}

it('there is a row for each route that the bundle registers, and none besides', () => {
  expect([...new Set(NAMES.map(routeOf))].sort()).toEqual(Object.keys(REGISTERED).sort());
});

describe.each([
  ['with App Service Authentication', 'entra', ENTRA],
  ['without it, where the host asks for a key', 'keyed', KEYED],
  ['without it, where it asks for none', 'open', UNGUARDED],
] as const)('%s', (_, app, callers) => {
  describe.each(Object.entries(callers))('%s', (_, [headers, expected]) => {
    it.each(NAMES)('%s', async (name) => {
      expect(await statusOf(app, name, headers)).toBe(expected[name]);
    });
  });
});

describe('a key in the address', () => {
  it.each(NAMES)('opens what one in a header opens: %s', async (name) => {
    expect(await statusOf('keyed', name, {}, `?code=${KEYS.functionKey}`)).toBe(keyHolder[name]);
    expect(await statusOf('entra', name, {}, `?code=${KEYS.functionKey}`)).toBe(refused(401)[name]);
  });
});

describe('a signature of secret scanning', () => {
  const signature = (secret: string) => {
    const hmac = createHmac('sha256', secret).update(JSON.stringify(ROWS.leaks.body)).digest('hex');
    return { 'x-hub-signature-256': `sha256=${hmac}`, 'x-github-event': 'ping' };
  };

  it.each(['entra', 'keyed', 'open'] as const)('opens leaks and nothing else: %s', async (app) => {
    for (const name of NAMES) {
      const expected = app === 'open' ? keyHolder : refused(401);
      expect([name, await statusOf(app, name, signature(SECRET))]).toEqual([
        name,
        name === 'leaks' ? 200 : expected[name],
      ]);
    }
  });

  it('by another secret opens nothing, and no identity or key stands in for it', async () => {
    const others = { ...spoofed, ...key(KEYS.masterKey) };
    for (const app of ['entra', 'keyed', 'open'] as const) {
      expect(await statusOf(app, 'leaks', { ...signature('another secret of a test'), ...others })).toBe(401);
    }
  });
});
