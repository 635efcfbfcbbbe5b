import { type ExportResult, ExportResultCode } from '@opentelemetry/core';

/** Sends a body once. @returns the status of the answer */
export type Post = (body: Uint8Array) => Promise<number>;

interface Exporter<Items> {
  export(items: Items, done: (result: ExportResult) => void): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** An exporter that makes one request of what it is given. What was not taken is gone: it is telemetry, and nobody waits for it. */
export function posting<Items>(
  post: Post,
  bodyOf: (items: Items) => Uint8Array | null,
): { readonly exporter: Exporter<Items>; readonly trouble: () => string | null } {
  let trouble: string | null = null;
  const send = async (items: Items): Promise<void> => {
    const body = bodyOf(items);
    if (body === null) return;
    const status = await post(body);
    // 206 says that some of it was refused.
    trouble = status === 200 || status === 202 || status === 204 ? null : `status ${status}`;
  };
  return {
    exporter: {
      export(items, done) {
        send(items).then(
          () => done({ code: trouble === null ? ExportResultCode.SUCCESS : ExportResultCode.FAILED }),
          () => {
            trouble = 'no answer';
            done({ code: ExportResultCode.FAILED });
          },
        );
      },
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    },
    trouble: () => trouble,
  };
}
