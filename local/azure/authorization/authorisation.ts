import { CLOUDS, type Cloud } from '../../../src/core/clouds.ts';
import type { Answer, Ask, Outcome } from '../http.ts';
import { principalOf, rotator } from '../identity.ts';
import {
  type Assignment,
  assignmentsFor,
  type GrantScope,
  type Ground,
  type Listed,
  type Need,
  needsOf,
  needsOfScope,
} from './assignments.ts';
import { type Call, callFor } from './calls.ts';
import { covers, granting, type Wanted } from './evaluate.ts';
import { type Refused, refusal, withoutRow } from './refusals.ts';
import { type CustomRole, customRoles, rules as deployedRules, type Rule } from './roles.ts';

export interface AuthorisationOptions {
  /**
   * `rotation`, the default: what `deploy` was told of, and nothing before that. `what-is-asked`: as if rotation.json listed
   * whatever is asked for, be it there or not. `everything`: no role is needed, only what somebody forbade is refused.
   */
  readonly by?: 'rotation' | 'what-is-asked' | 'everything';
  /** Default: those of infra/. */
  readonly roles?: readonly CustomRole[];
  readonly rules?: readonly Rule[];
  readonly grantScope?: GrantScope;
}

/** An action that was wanted and granted. */
export interface Use {
  /** The role's name in roles.json, and which of its patterns it was. */
  readonly role: string;
  readonly pattern: string;
  readonly action: string;
}

/**
 * Azure's role-based access, for the identity of the app alone. Consumers, people and tests that act by another name are
 * outside: for them only `denials` count, which come after this for the app as well.
 */
export class Authorisation {
  /** What was granted, each once. */
  readonly uses: Use[] = [];
  /** What was refused, in order. */
  readonly refusals: Refused[] = [];
  readonly #options: Required<AuthorisationOptions>;
  readonly #ground: Ground;
  readonly #cloud: Cloud;
  readonly #deployed: (() => readonly Need[])[] = [];
  readonly #assignments = new Map<string, Assignment>();

  constructor(options: AuthorisationOptions, ground: Ground, cloud: Cloud = CLOUDS.AzureCloud) {
    const { by = 'rotation', roles = customRoles, rules = deployedRules, grantScope = 'resource' } = options;
    this.#options = { by, roles, rules, grantScope };
    this.#ground = ground;
    this.#cloud = cloud;
  }

  /**
   * Assigns what a rotation.json needs. A function is asked again at each request, so that a test may edit it. As with a real
   * deployment, what was assigned once stays when it is no longer listed.
   */
  deploy(listed: Listed | (() => Listed)): void {
    this.#deployed.push(() => needsOf(typeof listed === 'function' ? listed() : listed, this.#ground));
  }

  get assignments(): readonly Assignment[] {
    for (const needs of this.#deployed) this.#assign(needs());
    return [...this.#assignments.values()];
  }

  /** Answers in the place of a service where that would refuse, and leaves out of a list what the caller may not read. */
  guard(ask: Ask, answer: () => Outcome): Outcome {
    const door = this.#doorOf(ask.host);
    if (door === null || this.#options.by === 'everything') return answer();
    // Without a valid token the service itself answers, with its challenge.
    if (principalOf(ask.headers.authorization, door.audience) !== rotator) return answer();
    const found = callFor(door.service, ask);
    if (found === null) return withoutRow(ask.method, ask.host, ask.path);
    const { call } = found;
    const scope = `${door.base}${found.at}`;
    if (this.#options.by === 'what-is-asked') this.#assign(scopesIn(ask, scope).flatMap(needsOfScope));
    const here = this.assignments.filter(
      (each) => covers(each.scope, scope) || (call.lists && covers(scope, each.scope)),
    );
    if (!this.#grants(here, call)) {
      const refused = { service: call.service, principal: rotator, action: call.action, scope };
      this.refusals.push(refused);
      return refusal(refused);
    }
    const outcome = answer();
    return call.lists && outcome !== 'dropped' ? this.#readable(outcome, here, call) : outcome;
  }

  #assign(needs: readonly Need[]): void {
    const { rules, grantScope } = this.#options;
    for (const each of assignmentsFor(needs, rules, grantScope)) {
      this.#assignments.set(`${each.role} ${each.scope.toLowerCase()}`, each);
    }
  }

  #doorOf(host: string): Door | null {
    const { resourceManager, vaults, eventGrid } = this.#cloud;
    if (host === resourceManager) return { service: 'arm', base: '', audience: `https://${host}` };
    const vault = this.#ground.vaultAt(host);
    if (vault !== null) return { service: 'vault', base: `${vault}/secrets/`, audience: `https://${vaults}` };
    const topic = this.#ground.topicAt(host);
    return topic === null ? null : { service: 'topic', base: topic, audience: `https://${eventGrid}` };
  }

  #grants(assignments: readonly Assignment[], wanted: Wanted): boolean {
    const uses = assignments.flatMap(({ role }) => this.#use(role, wanted));
    for (const use of uses) if (!this.#isKnown(use)) this.uses.push(use);
    return uses.length > 0;
  }

  #use(name: string, wanted: Wanted): readonly Use[] {
    const role = this.#options.roles.find((each) => each.name === name);
    const pattern = role ? granting(role, wanted) : null;
    return pattern === null ? [] : [{ role: name, pattern, action: wanted.action }];
  }

  #isKnown({ role, pattern, action }: Use): boolean {
    return this.uses.some((use) => use.role === role && use.pattern === pattern && use.action === action);
  }

  #readable(answer: Answer, assignments: readonly Assignment[], wanted: Wanted): Answer {
    const { value, ...rest } = (answer.body ?? {}) as { readonly value?: unknown };
    if (!Array.isArray(value)) return answer;
    const isReadable = (item: unknown) => {
      const at = scopeOf(item);
      return assignments.some(({ role, scope }) => covers(scope, at) && this.#use(role, wanted).length > 0);
    };
    return { ...answer, body: { value: value.filter(isReadable), ...rest } };
  }
}

interface Door {
  readonly service: Call['service'];
  /** What its scopes begin with. */
  readonly base: string;
  readonly audience: string;
}

/** The activity log is asked of a subscription, about one resource. */
function scopesIn({ query }: Ask, scope: string): readonly string[] {
  const [, about] = query.get('$filter')?.match(/resourceUri eq '((?:[^']|'')+)'/) ?? [];
  return about === undefined ? [scope] : [scope, about.replaceAll("''", "'")];
}

/** An entry of the activity log whose id was not asked for still says which resource it is of. */
function scopeOf(item: unknown): string {
  const { id, resourceId } = item as { readonly id?: unknown; readonly resourceId?: unknown };
  return [id, resourceId].find((each) => typeof each === 'string') ?? '';
}
