import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { Database } from '@cloister/database';
import type { MainKey } from '@cloister/hsm';
import { CloisterError } from '@cloister/wire';
import type { Hsm } from './hsm.ts';
import { insertKek, type KekLevel, type KekPlace, type KekRow, kekAt, kekById } from './kek-row.ts';
import { unwrapKek, wrapKek } from './kek-wrap.ts';

/** An unwrapped KEK in memory. */
export type Kek = { readonly kekId: string; readonly version: number; readonly key: KeyObject };

export type KekStoreOptions = {
  database: Database;
  hsm: Hsm;
  /** The main key that a new KEK is wrapped under. */
  wrappingKeyOf: (organisationId: string, level: KekLevel, label: string) => Promise<MainKey>;
  /** The main key that a stored KEK is wrapped under. */
  mainKeyOf: (row: KekRow) => Promise<MainKey>;
  now: () => Date;
  /** Milliseconds that only grow. A wall clock could be set back, and keep a key alive. */
  monotonicNow: () => number;
  newId: () => string;
};

/** A revoked main key must stop everything in ten minutes; what is unwrapped here is forgotten long before. */
const LIFETIME_MS = 60_000;

type Held = { readonly kek: Promise<Kek>; readonly until: number };

/** The KEKs of this realm, unwrapped through the hsm at need and kept in memory for a minute at most. */
export class KekStore {
  readonly #options: KekStoreOptions;
  readonly #held = new Map<string, Held>();

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

  /** Forgets every unwrapped KEK at once. */
  forget(): void {
    this.#held.clear();
  }

  #hold(name: string, load: () => Promise<Kek>): Promise<Kek> {
    const now = this.#options.monotonicNow();
    const held = this.#held.get(name);
    if (held && now < held.until) return held.kek;
    this.#sweep(now);
    const kek = load();
    this.#held.set(name, { kek, until: now + LIFETIME_MS });
    // A failure is not kept: the next caller asks again.
    kek.catch(() => {
      if (this.#held.get(name)?.kek === kek) this.#held.delete(name);
    });
    return kek;
  }

  #sweep(now: number): void {
    for (const [name, { until }] of this.#held) if (now >= until) this.#held.delete(name);
  }

  async #unwrap(row: KekRow): Promise<Kek> {
    const { hsm, mainKeyOf } = this.#options;
    const bytes = await unwrapKek(hsm, await mainKeyOf(row), row);
    const key = createSecretKey(bytes);
    bytes.fill(0);
    return { kekId: row.kekId, version: row.version, key };
  }

  async #create(wanted: KekPlace): Promise<KekRow> {
    const { organisationId, level, label } = wanted;
    const { database, hsm, now, newId, wrappingKeyOf } = this.#options;
    const key = await wrappingKeyOf(organisationId, level, label);
    const bytes = randomBytes(32);
    const row = await wrapKek(hsm, key, { kekId: newId(), ...wanted }, bytes).finally(() => bytes.fill(0));
    if (await insertKek(database, row, now())) return row;
    const others = await kekAt(database, wanted);
    if (others === null) throw new CloisterError('kms/unavailable');
    return others;
  }
}
