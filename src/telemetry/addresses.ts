/** Where the settings want telemetry sent. */
export interface Addresses {
  readonly otlp: {
    readonly traces: URL;
    readonly metrics: URL;
    readonly headers: Readonly<Record<string, string>>;
  } | null;
  readonly applicationInsights: {
    readonly track: URL;
    readonly instrumentationKey: string;
    /** Whose token it wants; null: it takes what has its key. */
    readonly identity: {
      /** null: the system-assigned one. */
      readonly clientId: string | null;
      /** null: that of the cloud. */
      readonly audience: string | null;
    } | null;
  } | null;
  /** What is wrong with the settings, for a person; it stops no rotation. */
  readonly fault: string | null;
}

interface Settings {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_HEADERS?: string | undefined;
  readonly APPLICATIONINSIGHTS_CONNECTION_STRING?: string | undefined;
  readonly APPLICATIONINSIGHTS_AUTHENTICATION_STRING?: string | undefined;
}

/** @param isAllowed whether anything may be sent there: with a local Azure nothing leaves this machine */
export function addressesIn(settings: Settings, isAllowed: (url: URL) => boolean): Addresses {
  const [otlp, otlpFault] = otlpIn(settings, isAllowed);
  const [applicationInsights, insightsFault] = applicationInsightsIn(settings, isAllowed);
  const faults = [otlpFault, insightsFault].filter((fault) => fault !== null);
  return { otlp, applicationInsights, fault: faults.length === 0 ? null : faults.join(' ') };
}

type Found<Part extends 'otlp' | 'applicationInsights'> = readonly [Addresses[Part], fault: string | null];

const elsewhere = (setting: string): string =>
  `${setting} names another machine: with LOCAL_AZURE nothing is sent there.`;

function otlpIn(settings: Settings, isAllowed: (url: URL) => boolean): Found<'otlp'> {
  const endpoint = settings.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!endpoint) return [null, null];
  const base = endpoint.replace(/\/+$/, '');
  if (!/^https?:/i.test(base) || !URL.canParse(base)) {
    return [null, 'OTEL_EXPORTER_OTLP_ENDPOINT is no URL: write it like https://collector.example.org:4318.'];
  }
  if (!isAllowed(new URL(base))) return [null, elsewhere('OTEL_EXPORTER_OTLP_ENDPOINT')];
  const at = (signal: string): URL => new URL(`${base}/v1/${signal}`);
  return [
    { traces: at('traces'), metrics: at('metrics'), headers: headersIn(settings.OTEL_EXPORTER_OTLP_HEADERS ?? '') },
    null,
  ];
}

/** Both settings are the host's, too, and are read as it reads them. */
function applicationInsightsIn(settings: Settings, isAllowed: (url: URL) => boolean): Found<'applicationInsights'> {
  const text = settings.APPLICATIONINSIGHTS_CONNECTION_STRING;
  if (!text) return [null, null];
  const parts = partsOf(text);
  const instrumentationKey = parts.get('instrumentationkey');
  const endpoint = parts.get('ingestionendpoint')?.replace(/\/+$/, '');
  if (!instrumentationKey || !endpoint || !URL.canParse(endpoint)) {
    return [null, 'APPLICATIONINSIGHTS_CONNECTION_STRING lacks InstrumentationKey or IngestionEndpoint: copy it anew.'];
  }
  const track = new URL(`${endpoint}/v2.1/track`);
  if (!isAllowed(track)) return [null, elsewhere('APPLICATIONINSIGHTS_CONNECTION_STRING')];
  const authentication = partsOf(settings.APPLICATIONINSIGHTS_AUTHENTICATION_STRING ?? '');
  const isByIdentity = authentication.get('authorization')?.toUpperCase() === 'AAD';
  const audience = parts.get('aadaudience')?.replace(/\/+$/, '') || null;
  const identity = isByIdentity ? { clientId: authentication.get('clientid') || null, audience } : null;
  return [{ track, instrumentationKey, identity }, null];
}

/** `Name=value;Name=value`, names in any case. */
const partsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(pairsIn(text, ';').map(([n, v]) => [n.toLowerCase(), v]));

/** `name=value,name=value`, with values in percent encoding, as OpenTelemetry writes them. */
const headersIn = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(pairsIn(text, ',').map(([name, value]) => [name, decoded(value)]));

const pairsIn = (text: string, separator: string): readonly (readonly [name: string, value: string])[] =>
  text.split(separator).flatMap((pair) => {
    const [name, value] = pair.split(/=(.*)/s).map((part) => part.trim());
    return name && value !== undefined ? [[name, value] as const] : [];
  });

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
