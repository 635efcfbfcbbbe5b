import { describe, expect, it } from 'vitest';
import { addressesIn } from '../../src/telemetry/addresses.ts';

const everywhere = () => true;

describe('where telemetry goes', () => {
  it('is nowhere without a setting', () => {
    expect(addressesIn({}, everywhere)).toMatchObject({ otlp: null, fault: null });
    expect(addressesIn({ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, everywhere)).toMatchObject({ otlp: null, fault: null });
  });

  it.each(['https://c.example.org:4318', 'https://c.example.org:4318/'])('is under %s', (endpoint) => {
    const { otlp } = addressesIn({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, everywhere);
    expect([otlp?.traces.href, otlp?.metrics.href]).toEqual([
      'https://c.example.org:4318/v1/traces',
      'https://c.example.org:4318/v1/metrics',
    ]);
  });

  it('has the headers that a vendor wants, in percent encoding', () => {
    const settings = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c.example.org/otlp',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20YTpi, x-team = keys ,broken,a=%zz,b=c=d',
    };
    const { otlp } = addressesIn(settings, everywhere);
    expect(otlp?.headers).toEqual({ authorization: 'Basic YTpi', 'x-team': 'keys', a: '%zz', b: 'c=d' });
  });

  it.each(['collector:4318', 'ftp://c.example.org', 'https://', 'grpc'])(
    'is nowhere for %s, and that is said',
    (text) => {
      const { otlp, fault } = addressesIn({ OTEL_EXPORTER_OTLP_ENDPOINT: text }, everywhere);
      expect(otlp).toBeNull();
      expect(fault).toContain('OTEL_EXPORTER_OTLP_ENDPOINT is no URL');
    },
  );
});
