import { type HttpClient, isRestError } from '@azure/core-rest-pipeline';
import type { Telemetry } from '../app/ports.ts';
import type { Cloud } from '../core/clouds.ts';
import { callName } from './call-name.ts';

/** The same client, whose every request is told; what is repeated is told as often as it is sent. */
export function watched(httpClient: HttpClient, cloud: Cloud, telemetry: Pick<Telemetry, 'call'>): HttpClient {
  return {
    async sendRequest(request) {
      const { service, operation } = callName(request.method, request.url, cloud);
      const end = telemetry.call(service, operation);
      try {
        const response = await httpClient.sendRequest(request);
        end({ status: response.status });
        return response;
      } catch (error) {
        end({ code: isRestError(error) ? (error.code ?? 'unknown') : 'unknown' });
        throw error;
      }
    },
  };
}

/** A port whose requests do not pass the HTTP client: each call of a method counts as one. */
export function watchedPort<Port extends object>(
  port: Port,
  service: string,
  telemetry: Pick<Telemetry, 'call'>,
): Port {
  return new Proxy(port, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        const end = telemetry.call(service, String(name));
        try {
          const answer: unknown = await member.apply(target, args);
          end({ status: 200 });
          return answer;
        } catch (error) {
          const status = (error as { status?: unknown }).status;
          end(typeof status === 'number' ? { status } : { code: 'unknown' });
          throw error;
        }
      };
    },
  });
}
