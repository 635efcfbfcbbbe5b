import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Fields, readFields } from './protobuf.ts';

export interface SeenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly name: string;
  readonly lasted: number;
  readonly attributes: Readonly<Record<string, string | number>>;
}

export interface SeenPoint {
  readonly name: string;
  readonly kind: 'gauge' | 'sum' | 'histogram';
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** An OTLP/HTTP collector on this machine. It reads the binary form by the field numbers of opentelemetry-proto 1.x, and not by the code that wrote it. */
export async function startCollector(
  answer: (response: ServerResponse, request: IncomingMessage) => void = (response) => response.writeHead(200).end(),
) {
  const spans: SeenSpan[] = [];
  const points: SeenPoint[] = [];
  const resources: Readonly<Record<string, string | number>>[] = [];
  const requests: { readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: Buffer }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { url: path = '', headers } = request;
    requests.push({ path, headers, body });
    const groups = path.startsWith('/v1/') ? readFields(body).all(1) : [];
    resources.push(...groups.map((group) => attributesIn(group.one(1), 1)));
    if (path === '/v1/traces')
      spans.push(...groups.flatMap((group) => group.all(2)).flatMap((scope) => scope.all(2).map(spanIn)));
    if (path === '/v1/metrics')
      points.push(...groups.flatMap((group) => group.all(2)).flatMap((scope) => scope.all(2).flatMap(pointsIn)));
    answer(response, request);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    ...{ spans, points, resources, requests },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise<void>((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

function spanIn(span: Fields): SeenSpan {
  return {
    traceId: span.bytes(1).toString('hex'),
    spanId: span.bytes(2).toString('hex'),
    parentId: span.bytes(4).toString('hex'),
    name: span.text(5),
    lasted: Number(span.bytes(8).readBigUInt64LE() - span.bytes(7).readBigUInt64LE()) / 1e6,
    attributes: attributesIn(span, 9),
  };
}

function pointsIn(metric: Fields): readonly SeenPoint[] {
  const name = metric.text(1);
  const of = (kind: SeenPoint['kind'], field: number, attributes: number): readonly SeenPoint[] =>
    metric
      .all(field)
      .flatMap((data) => data.all(1).map((point) => ({ name, kind, attributes: attributesIn(point, attributes) })));
  return [...of('gauge', 5, 7), ...of('sum', 7, 7), ...of('histogram', 9, 9)];
}

const attributesIn = (of: Fields, field: number): Readonly<Record<string, string | number>> =>
  Object.fromEntries(
    of.all(field).map((pair) => {
      const value = pair.one(2);
      return [pair.text(1), value.has(1) ? value.text(1) : value.number(3)];
    }),
  );
