import { describe, expect, it } from 'vitest';
import { redact } from '../../src/connection-string/redact.ts';

const GUID = '11111111-1111-1111-1111-111111111111';
const KEY = 'nOnceABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ab=';

describe('redacting', () => {
  it('masks the key and keeps everything else of an ordinary string', () => {
    expect(redact(`Endpoint=https://a.service.signalr.net;AccessKey=${KEY};Version=1.0;`)).toBe(
      'Endpoint=https://a.service.signalr.net;AccessKey=***;Version=1.0;',
    );
  });

  it('masks a client secret and shows ids and paths to certificates', () => {
    const rest = `clientid=${GUID};TENANTID=${GUID};ClientCert=/usr/local/app.cert;ClientCertPath=C:\\c.pfx;AuthType=azure.app`;
    expect(redact(`Endpoint=https://a;ClientSecret = s3cret ;${rest}`)).toBe(
      `Endpoint=https://a;ClientSecret = *** ;${rest}`,
    );
  });

  it('keeps what is empty empty', () => {
    expect(redact(';; Endpoint=;AccessKey= ;Version=;')).toBe(';; Endpoint=;AccessKey= ;Version=;');
  });

  it('shows only the origin of an endpoint', () => {
    expect(
      redact('Endpoint=https://[::1]:8080//;ServerEndpoint=https://g/in?code=s3cret;ClientEndpoint=https://u:p@c'),
    ).toBe('Endpoint=https://[::1]:8080//;ServerEndpoint=https://g/***;ClientEndpoint=***');
  });

  it.each([
    'Endpoint=http://a1.service2.example;Port=8080',
    'Version=10.0',
    'Version=2',
    'Version=1.10',
    'Version=1.0-preview',
    'Version=1.0preview',
    'AuthType=azure',
    'AuthType=Azure.MSI',
    'ClientCert=C:\\certs\\app.PFX',
  ])('shows all of %j, which holds nothing secret', (text) => {
    expect(redact(text)).toBe(text);
  });

  it.each([
    'Endpoint=s3cret https://a',
    `ClientId=s3cret${GUID}`,
    `TenantId=${GUID}s3cret`,
    'Version=s3cret1.0',
    'Port=s3cret80',
    'Port=80s3cret',
    'AuthType=s3cretazure',
    'AuthType=azures3cret',
    'ClientCert=s3cret=.pem',
    'ClientCert=.pems3cret',
  ])('masks all of the value in %j, of which only a part has the right shape', (text) => {
    expect(redact(text)).toBe(`${text.slice(0, text.indexOf('='))}=***`);
  });

  it.each([
    [KEY, '***='],
    [`AccessKey${KEY}`, '***='],
    [`Key=${KEY}`, '***=***'],
    [`AccessKey: ${KEY}`, '***='],
    [`{"value":"Endpoint=https://a;AccessKey=${KEY}"}`, '***=***;AccessKey=***'],
    [`Endpoint=https://a AccessKey=${KEY}`, 'Endpoint=***'],
    [`Endpoint=https://a/AccessKey=${KEY}`, 'Endpoint=https://a/***'],
    [`Version=1.0\nAccessKey=${KEY}`, 'Version=***'],
    [`AccessKey=${KEY};AccessKey=${KEY}`, 'AccessKey=***;AccessKey=***'],
    ['ClientSecret=half;other=half', 'ClientSecret=***;***=***'],
    ['hunter2', '***'],
    ['', ''],
  ])('leaks nothing of %j, which does not parse', (text, shown) => {
    expect(redact(text)).toBe(shown);
  });
});
