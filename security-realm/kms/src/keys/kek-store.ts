import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { Database } from '@cloister/database';
import { CloisterError } from '@cloister/wire';
import { ensureKekGeneration } from '../store/kek-generation-row.ts';
import { type KekLevel, type KekRow, type KekSlot, kekAt, kekById } from '../store/kek-row.ts';
import type { Hsm } from './hsm.ts';
import { inTurn } from './in-turn.ts';
import { unwrapKek, wrapKek } from './kek-wrap.ts';
import type { MainKeys } from './main-keys.ts';

/** An unwrapped KEK in memory. */
export type Kek = {
  readonly kekId: string;
  readonly version: number;
  readonly organisationId: string;
  readonly level: KekLevel;
  readonly key: KeyObject;
};

export type KekStoreOptions = {
  database: Database;
  hsm: Hsm;
  mainKeys: Pick<MainKeys, 'forNew' | 'of' | 'insert'>;
  now: () => Date;
  /** Milliseconds that only grow. A wall clock could be set back, and keep a key alive. */
  monotonicNow: () => number;
  newId: () => string;
  /** Throws where this node may not use keys: before one is taken, and again when it was fetched. */
  requireLease: () => void;
};

/** A revoked main key must stop everything in ten minutes; what is unwrapped here is forgotten long before. */
const LIFETIME_MS = 60_000;

/** How often the main-key role may change while one KEK is being made. */
const ATTEMPTS = 5;

/** Whose it is shows once its row was read. */
type Held = { readonly kek: Promise<Kek>; readonly until: number; organisationId: string | null };

/** The KEKs of this realm, unwrapped through the hsm at need and kept in memory for a minute at most. */
export class KekStore {
  readonly #options: KekStoreOptions;
  readonly #held = new Map<string, Held>();
  readonly #beginInTurn = inTurn();

  constructor(options: KekStoreOptions) {
    this.#options = options;
  }

  /** The KEK of a place; made when there is none. Only content keys know versions (see `contentKekVersion`). */
  current(organisationId: string, level: KekLevel, label: string, version = 1): Promise<Kek> {
    const place = { organisationId, level, label, version };
    return this.#hold(`${organisationId}|${level}|${label}|${version}`, async () =>
      this.#unwrap((await kekAt(this.#options.database, place)) ?? (await this.#create(place))),
    );
  }

  /** The KEK that a stored row names. Throws `platform/at-rest` when it is gone, such as after its destruction. */
  byId(kekId: string, version: number): Promise<Kek> {
    return this.#hold(`${kekId}|${version}`, async () => {
      const row = await kekById(this.#options.database, kekId, version);
      if (row === null) throw new CloisterError('platform/at-rest');
      return this.#unwrap(row);
    });
  }

  /**
   * Makes an organisation's first generation of KEKs, on a connection of its own: who waits for a KEK in a transaction must
   * hold nothing that a change of main keys would wait for.
   */
  async begin(organisationId: string): Promise<void> {
    const { database, now, newId } = this.#options;
    // One after the other: whoever activates a main key makes one too, and needs a connection for the audit meanwhile.
    await this.#beginInTurn(() =>
      ensureKekGeneration(database, { generationId: newId(), organisationId, createdAt: now() }),
    );
  }

  /** Throws without a lease: whoever has KEKs at hand asks again before they use them. */
  requireLease(): void {
    this.#options.requireLease();
  }

  /** Forgets every unwrapped KEK at once. */
  forget(): void {
    this.#held.clear();
  }

  /** Forgets the KEKs of an organisation; one that is just being fetched is not kept. */
  forgetOrganisation(organisationId: string): void {
    for (const [name, held] of this.#held) {
      if (held.organisationId === null || held.organisationId === organisationId) this.#held.delete(name);
    }
  }

  async #hold(name: string, load: () => Promise<Kek>): Promise<Kek> {
    this.requireLease();
    const kek = await this.#heldOr(name, load);
    this.requireLease();
    return kek;
  }

  #heldOr(name: string, load: () => Promise<Kek>): Promise<Kek> {
    const now = this.#options.monotonicNow();
    const held = this.#held.get(name);
    if (held && now < held.until) return held.kek;
    this.#sweep(now);
    const kek = load();
    const entry: Held = { kek, until: now + LIFETIME_MS, organisationId: null };
    this.#held.set(name, entry);
    kek.then(
      ({ organisationId }) => {
        entry.organisationId = organisationId;
      },
      // A failure is not kept: the next caller asks again.
      () => {
        if (this.#held.get(name) === entry) this.#held.delete(name);
      },
    );
    return kek;
  }

  #sweep(now: number): void {
    for (const [name, { until }] of this.#held) if (now >= until) this.#held.delete(name);
  }

  async #unwrap(row: KekRow): Promise<Kek> {
    const { hsm, mainKeys } = this.#options;
    const bytes = await unwrapKek(hsm, await mainKeys.of(row), row);
    const key = createSecretKey(bytes);
    bytes.fill(0);
    const { kekId, version, organisationId, level } = row;
    return { kekId, version, organisationId, level, key };
  }

  async #create(wanted: KekSlot): Promise<KekRow> {
    const { database, hsm, newId, mainKeys } = this.#options;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const key = await mainKeys.forNew(wanted);
      const bytes = randomBytes(32);
      const row = await wrapKek(hsm, key, { kekId: newId(), ...wanted }, bytes).finally(() => bytes.fill(0));
      if (await mainKeys.insert(row, key)) return row;
      // Another node's, or else another main key has the role by now.
      const others = await kekAt(database, wanted);
      if (others !== null) return others;
    }
    throw new CloisterError('kms/unavailable');
  }
}
