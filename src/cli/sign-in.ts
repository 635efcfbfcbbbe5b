import type { Cloud } from '../core/clouds.ts';
import { Failure } from './failure.ts';

interface Person {
  getToken(scope: string): Promise<{ readonly token: string } | null>;
}

/**
 * A token of Entra for whoever is signed in on this machine.
 *
 * @throws Failure
 */
export async function tokenFor(scope: string, cloud: Cloud): Promise<string> {
  // Loaded when it is needed: it takes longer than most commands.
  const { personAtTerminal } = await import('../azure/person.ts');
  return signIn(personAtTerminal(cloud), scope);
}

/** Asks for a token before anything is done with it: what comes later would fail one by one. @throws Failure */
export async function signIn(person: Person, scope: string): Promise<string> {
  try {
    const token = await person.getToken(scope);
    if (token !== null) return token.token;
  } catch (error) {
    throw notSignedIn(error, scope);
  }
  throw notSignedIn(null, scope);
}

/** The library's words are long and name everything that was tried; Entra's own code is what can be acted on. */
function notSignedIn(error: unknown, scope: string): Failure {
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  const code = /AADSTS\d+/.exec(errors.map(String).join('\n'))?.[0];
  const told = code === undefined ? '' : ` (${code})`;
  const audience = scope.replace(/\/\.default$/, '');
  if (code !== undefined && UNKNOWN_AUDIENCE.includes(code)) {
    return new Failure(`Entra gives no token for ${audience}${told}.`, {
      code: 'NoToken',
      remedy: 'Check that --audience is the client id of the app, and az account show its tenant.',
    });
  }
  const isApp = audience.startsWith('api:');
  return new Failure(`Nobody is signed in to Entra on this machine${told}.`, {
    code: 'NotSignedIn',
    remedy: `Run az login${code === undefined ? '' : ` --scope ${scope}`}${isApp ? ', or use a function key' : ''}.`,
  });
}

/** There is no such app in the tenant, or the Azure CLI may not ask for it. */
const UNKNOWN_AUDIENCE = ['AADSTS500011', 'AADSTS65001', 'AADSTS650057'];
