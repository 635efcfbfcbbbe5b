import { az } from './azure-cli.ts';

/**
 * A call of this app's own HTTP surface, by somebody with its Operator role. Where App Service Authentication is off, a
 * key of the function takes the place of the token.
 */
export function callApp(method: 'get' | 'post', path: string, body?: Readonly<Record<string, unknown>>): string {
  return az('rest', {
    method,
    url: `https://<host of the rotation app>/api/${path}`,
    resource: 'api://<client id of the rotation app>',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Where its name in rotation.json is not known. */
export const SOME_TARGET = '<target>';
