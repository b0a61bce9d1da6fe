import type { Database } from '@cloister/database';
import type { Log } from '@cloister/logging';
import { listLeaseMs } from '@cloister/receipts';
import {
  base64url,
  CloisterError,
  hostOf,
  idOf,
  type KeysGiven,
  type KeyUri,
  type KmsHost,
  keysGiven,
  maxFederatedKeys,
} from '@cloister/wire';
import { contentKekVersion } from '../../keys/content-kek-version.ts';
import { contentShard } from '../../keys/content-shard.ts';
import type { KekStore } from '../../keys/kek-store.ts';
import { openUnder, type SealedPlace, sealUnder } from '../../keys/key-vault.ts';
import type { StartTimer } from '../../master-keys/revocation/start-timer.ts';
import { within } from '../../master-keys/revocation/within.ts';
import type { AskPeer } from '../client/peer-request.ts';
import { isTimeout, PATIENCE_MS } from '../patience.ts';
import { isSameKey, markKeys } from '../store/foreign-key-mark-row.ts';
import { dropForeignKeys, type ForeignKeyRow, findForeignKeys, keepForeignKeys } from '../store/foreign-key-row.ts';
import { type GivenKey, isGiven, readGivenKey } from './given-key.ts';

export type ForeignKeysParts = {
  readonly database: Database;
  readonly keks: KekStore;
  readonly ask: AskPeer;
  readonly log: Log;
  readonly now: () => Date;
  readonly startTimer?: StartTimer | undefined;
};

export type { ForeignKeyRow } from '../store/foreign-key-row.ts';

/** A key, or why its key server does not give it. */
export type ForeignKey = ForeignKeyRow | CloisterError;

/**
 * Keys of other key servers for the people of one organisation here: each for 300 s from the start of the request that
 * brought it, then its key server is asked again (R366, wires.md §13). Who of the people may have it is not decided here.
 */
export class ForeignKeys {
  readonly #parts: ForeignKeysParts;

  constructor(parts: ForeignKeysParts) {
    this.#parts = parts;
  }

  /** Each key or why not; asks every key server once, however many keys of it are wanted. */
  async of(keyUris: readonly KeyUri[], organisationId: string): Promise<Map<KeyUri, ForeignKey>> {
    const { database, now } = this.#parts;
    const held = await findForeignKeys(database, keyUris, organisationId);
    const at = now().getTime();
    const fresh = held.filter(({ askedAt }) => at - askedAt.getTime() >= 0 && at - askedAt.getTime() < listLeaseMs);
    const found = new Map<KeyUri, ForeignKey>(fresh.map((row) => [row.keyUri, row]));
    const missing = [...new Set(keyUris)].filter((uri) => !found.has(uri));
    const asked = [...Map.groupBy(missing, hostOf)].flatMap(([host, uris]) =>
      chunks(uris, maxFederatedKeys).map((some) => this.#inTime(some, this.#fetch(host, some, organisationId))),
    );
    for (const [uri, key] of (await Promise.all(asked)).flat()) found.set(uri, key);
    return found;
  }

  /** The bytes of keys that may be released, base64url. */
  async open(rows: readonly ForeignKeyRow[]): Promise<Map<KeyUri, string>> {
    const { keks } = this.#parts;
    const material = new Map<KeyUri, string>();
    for (const row of rows) {
      const kek = await keks.byId(row.kekId, row.kekVersion);
      const bytes = openUnder(kek, placeOf(row), row);
      material.set(row.keyUri, base64url.encode(bytes));
      bytes.fill(0);
    }
    keks.requireLease();
    return material;
  }

  /** What comes too late for this answer is there for the next. */
  async #inTime(
    keyUris: readonly KeyUri[],
    fetching: Promise<[KeyUri, ForeignKey][]>,
  ): Promise<[KeyUri, ForeignKey][]> {
    try {
      return await within(PATIENCE_MS, fetching, this.#parts.startTimer);
    } catch (error) {
      if (!isTimeout(error)) throw error;
      return keyUris.map((uri) => [uri, new CloisterError('kms/peer-unreachable')]);
    }
  }

  async #fetch(host: KmsHost, keyUris: readonly KeyUri[], organisationId: string): Promise<[KeyUri, ForeignKey][]> {
    const { database, ask, log, now } = this.#parts;
    const askedAt = now();
    try {
      const request = { method: 'POST', path: '/federation/v1/keys', body: { keyUris }, answer: keysGiven } as const;
      const answer = await ask(host, request);
      if (answer.isRefused) throw new CloisterError('kms/peer-refused', { detail: answer.code });
      const found = await this.#take(answer.value, keyUris, organisationId, askedAt);
      if (found.some(([, key]) => isBroken(key))) log.failure('peer.key-refused', broken(), { kmsHost: host });
      const kept = found.flatMap(([, key]) => (key instanceof CloisterError ? [] : [key]));
      const refused = found.flatMap(([uri, key]) => (key instanceof CloisterError ? [uri] : []));
      if (kept.length > 0) await keepForeignKeys(database, kept);
      if (refused.length > 0) await dropForeignKeys(database, refused, organisationId);
      return found;
    } catch (error) {
      if (!(error instanceof CloisterError) || !error.code.startsWith('kms/')) throw error;
      return keyUris.map((uri) => [uri, error]);
    }
  }

  /** Exactly what was asked for, each once, and what each was before; a key that comes under another name is none. */
  async #take(
    { keys }: KeysGiven,
    keyUris: readonly KeyUri[],
    organisationId: string,
    askedAt: Date,
  ): Promise<[KeyUri, ForeignKey][]> {
    const answers = Map.groupBy(keys, ({ uri }) => uri);
    const given = keyUris.map((uri) => readGivenKey(uri, answers.get(uri) ?? []));
    const known = await markKeys(this.#parts.database, given.filter(isGiven));
    const found: [KeyUri, ForeignKey][] = [];
    for (const key of given) {
      if (!isGiven(key)) found.push([key.uri, key.error]);
      else if (isSameKey(key, known.get(key.uri)))
        found.push([key.uri, await this.#seal(key, organisationId, askedAt)]);
      else found.push([key.uri, broken()]);
      if (isGiven(key)) key.bytes.fill(0);
    }
    return found;
  }

  async #seal(given: GivenKey, organisationId: string, askedAt: Date): Promise<ForeignKeyRow> {
    const { database, keks } = this.#parts;
    const { uri: keyUri, resourceUri, bytes, representation } = given;
    const version = await contentKekVersion(database, organisationId, keks);
    const kek = await keks.current(organisationId, 'content', contentShard(idOf(keyUri)), version);
    const place = { keyUri, organisationId };
    const sealed = sealUnder(kek, placeOf(place), bytes);
    return { ...place, ...sealed, resourceUri, representation, askedAt };
  }
}

const isBroken = (key: ForeignKey): boolean => key instanceof CloisterError && key.code === 'kms/peer-broken';

const broken = () => new CloisterError('kms/peer-broken', { detail: 'another key than was asked for, or than before' });

const placeOf = ({ keyUri, organisationId }: Pick<ForeignKeyRow, 'keyUri' | 'organisationId'>): SealedPlace => ({
  kind: 'foreign-key',
  organisationId,
  id: [keyUri],
  level: 'content',
});

const chunks = <T>(all: readonly T[], most: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / most) }, (_, at) => all.slice(at * most, (at + 1) * most));
