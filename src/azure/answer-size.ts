import type { HttpClient } from '@azure/core-rest-pipeline';

/** More than any page that is asked for here. An answer that unpacks to more is somebody's mistake, or meant to fill the memory. */
export const LARGEST_ANSWER = 32 * 1024 * 1024;

/** No RestError, since those are asked again: it would be as large the next time. */
class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
}

/**
 * The same client, which reads no more of an answer than that. Counted as it is unpacked, because some hundred kilobytes of gzip may be
 * gigabytes, and no header says so.
 */
export function withinSize(wire: HttpClient, largest: number): HttpClient {
  return {
    async sendRequest(request) {
      let isTooLarge = false;
      const sent = {
        ...request,
        onDownloadProgress(progress: { readonly loadedBytes: number }) {
          request.onDownloadProgress?.(progress);
          isTooLarge = progress.loadedBytes > largest;
          // Thrown here, it ends the stream and with it the connection.
          if (isTooLarge) throw new AnswerTooLarge();
        },
      };
      try {
        return await wire.sendRequest(sent);
      } catch (error) {
        throw isTooLarge ? new AnswerTooLarge(`The answer has more than ${largest} bytes.`) : error;
      }
    },
  };
}
