import { decide } from '../../src/core/decide.ts';
import type { Decision, Write } from '../../src/core/decision.ts';
import { takeUp } from '../../src/core/evidence.ts';
import { learn } from '../../src/core/learn.ts';
import {
  emptyState,
  type Instant,
  type Observation,
  otherSlot,
  type PublishIntent,
  type RegenerateIntent,
  type SecretId,
  type Slot,
  type TargetState,
} from '../../src/core/model.ts';
import { type Situation, situationOf } from '../../src/core/slots.ts';
import { SECOND } from '../support/scene.ts';
import { condemned, confirmedDead, type Of, seen, unchanged } from './random-ledger.ts';
import { answer, inWords, lookAt } from './random-look.ts';
import { Crash, post, Refusal } from './random-post.ts';
import { type Excuse, isBelieved, NO_EXCUSE } from './random-tips.ts';
import { isOfTarget, type Secret, type Version } from './random-vault.ts';
import { FOREIGN_KEY, type World } from './random-world.ts';

type Publish = Of<'publish' | 'align' | 'repair'>;

export interface Look {
  readonly situation: Situation;
  readonly observation: Observation;
  readonly decision: Decision;
  /** What a new version would be based on. */
  readonly bases: ReadonlyMap<SecretId, Version>;
}

/** The worker around the core: real decisions, and their effects on the ledger and the world as the application has them. */
export class Rotator {
  readonly world: World;
  /** What happens between a look and the act that follows from it. */
  readonly meanwhile: (secret?: Secret) => void;
  readonly onWrite: (secret: Secret, base: Version, written: Version, decision: Publish) => void;
  state: TargetState;
  #rotations = 0;
  /** Chance of dying at each of the points where that matters. */
  crashes = 0.06;

  constructor(
    world: World,
    meanwhile: (secret?: Secret) => void,
    onWrite: (secret: Secret, base: Version, written: Version, decision: Publish) => void,
  ) {
    this.world = world;
    this.meanwhile = meanwhile;
    this.onWrite = onWrite;
    this.state = emptyState(world.target);
    world.firstSeenAt = (secret) => this.state.publications[secret]?.firstSeenAt ?? Number.POSITIVE_INFINITY;
    world.isKnown = (secret, version) =>
      // A disabled version without a tag is known, and its key is not.
      this.state.publications[secret]?.carried.some(
        (c) => c.fingerprint !== 'unknown' && c.versions.includes(version),
      ) ?? false;
  }

  /** One look and what follows from it. */
  step(judge: (look: Look) => void): Decision {
    this.#takeUpInbox();
    const look = this.#look();
    const { decision } = look;
    this.world.tell(() => inWords(decision));
    judge(look);
    try {
      this.#mayCrash();
      this.state = look.situation.state;
      this.#remember(look.situation);
      this.meanwhile();
      if (!('wakeAt' in decision)) this.#act(decision, look);
    } catch (error) {
      if (!(error instanceof Crash || error instanceof Refusal)) throw error;
      this.world.tell(() => `${error instanceof Crash ? 'crash' : 'refused'}`);
    }
    return decision;
  }

  #remember({ target: { consumers, publications } }: Situation): void {
    for (const { name } of consumers) this.world.lookedAt.add(name);
    for (const { secret } of publications) this.world.lookedAt.add(secret);
  }

  #takeUpInbox(): void {
    const { world } = this;
    let { evidence, pending, tips } = this.state;
    for (const { consumer, secret, shows, at } of world.takeAcks())
      evidence = takeUp(evidence, { consumer, secret, shows, at, wasAsked: false });
    if (this.state.rotation === null) pending = [...pending, ...world.requests];
    world.requests = [];
    tips = [...tips, ...world.tips];
    world.tips = [];
    this.state = { ...this.state, evidence, pending, tips };
  }

  #look(): Look {
    const { world } = this;
    const { target, now, control } = world;
    const observation = lookAt(world, this.state);
    const bases = new Map(
      observation.publications.flatMap(({ secret }) => {
        const readable = world.secret(secret).readable;
        return readable === undefined ? [] : [[secret, readable] as const];
      }),
    );
    const state = learn(this.state, observation, target, now);
    const situation = situationOf(target, state, observation, now, control);
    const decision = decide(situation);
    if (decision.kind !== 'ask') return { situation, observation, decision, bases };
    const answered = answer(world, observation, decision.keys, state);
    const second = situationOf(target, state, answered, now, control);
    const again = decide(second);
    if (again.kind === 'ask') throw new Error('The chain asks what was answered already.');
    return { situation: second, observation: answered, decision: again, bases };
  }

  #act(decision: Exclude<Decision, { wakeAt: number }>, look: Look): void {
    switch (decision.kind) {
      case 'condemn':
        for (const { fingerprint, compromise } of decision.condemned)
          if (isBelieved(decision, this.world) && compromise !== undefined) this.world.believed.add(fingerprint);
        this.#rotations += 1;
        this.state = condemned(this.state, decision, this.world, `r${this.#rotations}`);
        break;
      case 'regenerate':
        if (decision.stage === 'begin') this.#begin(decision, look);
        else if (decision.stage === 'unchanged') this.state = unchanged(this.state, decision, this.world);
        else this.state = seen(this.state, decision, look.observation, this.world);
        break;
      case 'publish':
      case 'align':
      case 'repair':
        this.#publish(decision, look);
        break;
      case 'confirm-dead':
        this.state = confirmedDead(this.state, decision);
        break;
      case 'disable-old-versions':
        this.#disable(decision);
        break;
      case 'complete':
        this.state = { ...this.state, rotation: null };
        break;
      case 'nudge':
      case 'roll-back':
        throw new Error('Nobody in these worlds can be pushed, and nobody rolls back.');
      default:
        decision satisfies never;
    }
  }

  #begin(decision: Extract<Of<'regenerate'>, { stage: 'begin' }>, look: Look): void {
    const { slot, role, fingerprint, attempt, without } = decision;
    const { world } = this;
    const startedAt = world.now;
    const intent = { slot, role, fingerprintBefore: fingerprint, startedAt, attempt, operationUrl: null };
    this.#commitIntent(intent);
    world.attempts.set(fingerprint, (world.attempts.get(fingerprint) ?? 0) + 1);
    this.#mayCrash();
    const operationUrl = this.#post(slot, startedAt, look.situation.now, without ?? NO_EXCUSE);
    this.#commitIntent({ ...intent, operationUrl });
  }

  #post(slot: Slot, startedAt: Instant, decidedAt: Instant, excuse: Excuse): string {
    const url = post(this.world, slot, startedAt, decidedAt, excuse);
    // A refusal is an end that is known.
    if (url === null) {
      this.#commitIntent(null);
      throw new Refusal();
    }
    this.#mayCrash();
    return url;
  }

  #publish(decision: Publish, look: Look): void {
    for (const write of decision.writes) {
      const secret = this.world.secret(write.secret);
      const ours = this.#write(decision, write, secret, look);
      const { publishing } = this.state;
      const isTheirs = (v: Version): boolean =>
        publishing !== null &&
        v.createdAt >= publishing.basedOnCreatedAt &&
        v !== ours &&
        !publishing.known.includes(v.id);
      if (!secret.forbidden && secret.versions.some(isTheirs)) {
        this.state = { ...this.state, publishing: publishing && { ...publishing, ours: ours.id } };
        return;
      }
    }
    this.state = { ...this.state, publishing: null };
  }

  #write(decision: Publish, { basedOn }: Write, secret: Secret, { observation, bases }: Look): Version {
    const { slot, fingerprint, kind } = decision;
    const base = basedOn === null ? bases.get(secret.id) : secret.versions.find((v) => v.id === basedOn && v.enabled);
    const before = this.state.publishing?.secret === secret.id ? this.state.publishing : null;
    if (base === undefined) {
      this.state = { ...this.state, publishing: before };
      throw new Refusal();
    }
    const listed = observation.publications.find((p) => p.secret === secret.id)?.versions ?? [];
    const publishing: PublishIntent = {
      kind,
      slot,
      proof: 'live',
      secret: secret.id,
      fingerprint,
      basedOn: base.id,
      ours: null,
      basedOnCreatedAt: base.createdAt,
      known: listed.filter((v) => v.createdAt >= base.createdAt).map((v) => v.version),
      startedAt: this.world.now,
    };
    const { rotation } = this.state;
    const left = observation.keys[otherSlot(slot)];
    const moved = rotation && { ...rotation, left: [...new Set([...rotation.left, left])] };
    this.state = {
      ...this.state,
      publishing,
      activeSlot: slot,
      rotation: kind === 'publish' ? moved : rotation,
    };
    this.#mayCrash();
    this.meanwhile(secret);
    if (secret.deleted || secret.unwritable) {
      this.state = { ...this.state, publishing: before };
      throw new Refusal();
    }
    const tags = { fingerprint, provider: true, mark: 'ours' } as const;
    this.world.advance(SECOND);
    // What has no key of ours to replace is given back as it was.
    const content = isOfTarget(base, FOREIGN_KEY) ? { ...base, key: fingerprint, tags } : base;
    const written = secret.write(content, 'rotator', this.world.now);
    this.onWrite(secret, base, written, decision);
    this.#mayCrash();
    this.meanwhile();
    return written;
  }

  #disable({ versions }: Of<'disable-old-versions'>): void {
    for (const { secret: id, version } of versions) {
      this.#mayCrash();
      const secret = this.world.secret(id);
      const found = secret.versions.find((v) => v.id === version);
      if (found !== undefined) secret.disable(found);
    }
  }

  #commitIntent(intent: RegenerateIntent | null): void {
    this.state = { ...this.state, intent };
  }

  #mayCrash(): void {
    if (this.world.chance.odds(this.crashes)) throw new Crash();
  }
}
