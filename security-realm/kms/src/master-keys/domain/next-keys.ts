import type { MasterKeyAct, MasterKeyState } from '@cloister/wire';
import { headOf, type MasterKey, type OrganisationKeys, turnsOff } from './organisation-keys.ts';
import { UNDELETE_MS } from './periods.ts';
import type { MasterKeyStep, Transition } from './transition.ts';

/** An organisation's main keys as an event leaves them, while it is worked in; what follows from a state is set with it. */
export class NextKeys {
  readonly before: OrganisationKeys;
  readonly now: Date;
  readonly #retireMs: number;
  readonly #keys: Map<string, MasterKey>;
  #headKeyId: string | null;
  #defaultRole: OrganisationKeys['defaultRole'];
  readonly #steps: MasterKeyStep[] = [];

  constructor(before: OrganisationKeys, now: Date, retireMs: number) {
    this.before = before;
    this.now = now;
    this.#retireMs = retireMs;
    this.#keys = new Map(before.keys.map((key) => [key.keyId, key]));
    this.#headKeyId = before.headKeyId;
    this.#defaultRole = before.defaultRole;
  }

  /** A key that was not there, in its first state. */
  add(given: Pick<MasterKey, 'keyId' | 'source' | 'arn' | 'checkValue'>, state: 'pending' | 'active'): void {
    const fresh = { createdAt: this.now, activatedAt: null, unusable: null };
    const act = given.source === 'upload' ? 'upload' : 'add';
    this.#enter({ ...given, ...fresh, ...ofNoState, state, stateChangedAt: this.now }, null, act);
  }

  move(key: MasterKey, state: MasterKeyState, act: MasterKeyAct): void {
    this.#enter({ ...key, ...ofNoState, state, stateChangedAt: this.now }, key.state, act);
  }

  /** Notes why Amazon refuses a key that is not the head, or that it no longer does. */
  flag(key: MasterKey, unusable: string | null, act: 'amazon-denied' | 'amazon-ok'): void {
    if (key.unusable === unusable) return;
    this.#keys.set(key.keyId, { ...key, unusable });
    this.#step({ keyId: key.keyId, from: key.state, to: key.state, act });
  }

  /** A removed key that came back: revoked, and to be activated (byok.md §4.2). */
  restore(key: MasterKey): void {
    this.move(key, key.source === 'upload' ? 'revoked' : 'locally-revoked', 'restore');
  }

  /** Gives the main-key role to an active key, or to the default (null). Who held it goes into rotation. */
  lead(headKeyId: string | null, act: 'activate' | 'use-default'): void {
    const head = headOf(this.before);
    if (head !== null) this.move(head, 'rotation', act);
    if (this.#headKeyId === null) this.#default('rotation', act);
    if (headKeyId === null) this.#default('active', act);
    this.#headKeyId = headKeyId;
  }

  /** No KEK is left under the default main key. */
  rest(): void {
    this.#default('idle', 'rotation-done');
  }

  finish(): Transition {
    const { before, now } = this;
    const keys = [...this.#keys.values()];
    const headKeyId = this.#headKeyId;
    const isFrozen = turnsOff(headOf({ headKeyId, keys }));
    const moved = isFrozen !== before.isFrozen;
    const organisation: OrganisationKeys = {
      ...before,
      version: before.version + (this.#steps.length === 0 ? 0 : 1),
      epoch: before.epoch + (moved ? 1 : 0),
      headKeyId,
      isFrozen,
      ...this.#defaultMembers(),
      ...(moved ? { frozenAt: isFrozen ? now : null, effectiveAt: null } : {}),
      keys,
    };
    return {
      keys: organisation,
      steps: this.#steps,
      dispose: this.#removed(),
      newGeneration: headKeyId !== before.headKeyId,
    };
  }

  #enter(key: MasterKey, from: MasterKeyState | null, act: MasterKeyAct): void {
    this.#keys.set(key.keyId, { ...key, ...this.#membersOf(key, from) });
    this.#step({ keyId: key.keyId, from, to: key.state, act });
  }

  /** What a key has in this state alone. */
  #membersOf(key: MasterKey, from: MasterKeyState | null): Partial<MasterKey> {
    const { now } = this;
    switch (key.state) {
      case 'active':
        return { unusable: null, activatedAt: key.activatedAt ?? now };
      case 'rotation':
        // How many KEKs are to be moved is counted when it is written.
        return { rotationStartedAt: now, rotationTotal: 0 };
      case 'retired':
        return { retireAt: new Date(now.getTime() + this.#retireMs) };
      case 'deleted':
        return { stateBefore: from, purgeAt: new Date(now.getTime() + UNDELETE_MS) };
      case 'removed':
        // "forget ARN"; of the head it is how the original is known again (R050).
        return key.keyId === this.#headKeyId ? {} : { arn: null, unusable: null };
      default:
        return {};
    }
  }

  #default(role: OrganisationKeys['defaultRole'], act: MasterKeyAct): void {
    const state = (of: OrganisationKeys['defaultRole']) => (of === 'idle' ? null : of);
    this.#step({ keyId: null, from: state(this.#defaultRole), to: state(role), act });
    this.#defaultRole = role;
  }

  #defaultMembers() {
    const defaultRole = this.#defaultRole;
    if (defaultRole === this.before.defaultRole) return {};
    const rotates = defaultRole === 'rotation';
    const rotation = { defaultRotationStartedAt: rotates ? this.now : null, defaultRotationTotal: rotates ? 0 : null };
    return { defaultRole, ...rotation };
  }

  #step(step: MasterKeyStep): void {
    this.#steps.push(step);
  }

  #removed(): string[] {
    const uploaded = (keyId: string) => this.#keys.get(keyId)?.source === 'upload';
    return this.#steps.flatMap(({ keyId, to }) =>
      keyId !== null && to === 'removed' && uploaded(keyId) ? [keyId] : [],
    );
  }
}

const ofNoState = {
  stateBefore: null,
  rotationStartedAt: null,
  rotationTotal: null,
  retireAt: null,
  purgeAt: null,
} as const;
