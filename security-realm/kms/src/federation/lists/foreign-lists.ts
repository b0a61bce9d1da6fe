import type { Database } from '@cloister/database';
import type { Log } from '@cloister/logging';
import { importReceiptPublicKey, type ListClaims, listLeaseMs, verifyList } from '@cloister/receipts';
import type { StatusView } from '@cloister/verify';
import {
  CloisterError,
  type CompactJws,
  hostOf,
  type KmsHost,
  type ListRecalled,
  listGiven,
  type ResourceUri,
  type UserId,
} from '@cloister/wire';
import { noteMeetings } from '../../outside/note-meetings.ts';
import type { AskPeer } from '../client/peer-request.ts';
import type { PeerRealm } from '../http/route.ts';
import type { Federation } from '../open-federation.ts';
import {
  dropForeignList,
  expectForeignList,
  findForeignList,
  forgetForeignList,
  keepForeignList,
  lastForeignList,
  recallForeignList,
} from '../store/foreign-list-row.ts';
import { deletePlacesOf, keepPlaces } from '../store/foreign-place-row.ts';
import { checkListed, checkNotOlder, checkSameList } from './check-list.ts';

export type ForeignListsParts = {
  readonly kmsHost: KmsHost;
  readonly database: Database;
  readonly ask: AskPeer;
  readonly receiptKeyOf: Federation['receiptKeyOf'];
  /** The organisations this realm serves. */
  readonly organisations: readonly string[];
  /** What identity says of people and realms. */
  readonly status: Pick<StatusView, 'person' | 'realmOf'>;
  readonly log: Log;
  readonly now: () => Date;
};

/** Places of our people on lists of one home: what it can have us keep for good, whatever it says. */
const MOST_PLACES = 1_000_000;
/** A list that changes faster than it can be fetched is asked for this often. */
const TRIES = 3;

/**
 * The lists of resources that are at home elsewhere: each as home signed it, for 300 s from the start of the request that
 * brought it, and not once home told of a newer one (wires.md §13). Past that it is asked for again, or refused.
 */
export class ForeignLists {
  readonly #parts: ForeignListsParts;
  readonly #asked = new Map<ResourceUri, Promise<ListClaims>>();

  constructor(parts: ForeignListsParts) {
    this.#parts = parts;
  }

  /**
   * Whom home lets read, now.
   * @throws CloisterError `kms/not-authorized` when home gives this realm no list, `kms/outside-not-allowed`, `kms/peer-…`, `kms/no-federation`
   */
  async of(resourceUri: ResourceUri): Promise<ListClaims> {
    const { database, now } = this.#parts;
    const held = await findForeignList(database, resourceUri);
    const age = held === null ? Number.POSITIVE_INFINITY : now().getTime() - held.askedAt.getTime();
    // A clock that was set back makes nothing fresh.
    if (held !== null && age >= 0 && age < listLeaseMs) return held.claims;
    return this.#fetchOnce(resourceUri);
  }

  /**
   * Home tells of a newer list, and whether somebody of ours was put on it: then it is fetched before home is answered, so that
   * whoever leaves is removed there too, and that it is there when they ask for a key. Only home may: `kms/not-authorized` for any other.
   */
  async recall(peer: Pick<PeerRealm, 'kmsHost'>, { added, ...recalled }: ListRecalled): Promise<void> {
    if (hostOf(recalled.resourceUri) !== peer.kmsHost) throw new CloisterError('kms/not-authorized');
    await recallForeignList(this.#parts.database, recalled);
    if (added === true) await this.#learn(recalled.resourceUri);
  }

  async #learn(resourceUri: ResourceUri): Promise<void> {
    try {
      await this.of(resourceUri);
    } catch (error) {
      // Home has removed them again.
      if (!(error instanceof CloisterError) || error.code !== 'kms/not-authorized') throw error;
    }
  }

  #fetchOnce(resourceUri: ResourceUri): Promise<ListClaims> {
    const running = this.#asked.get(resourceUri);
    if (running !== undefined) return running;
    const asked = this.#fetch(resourceUri).finally(() => this.#asked.delete(resourceUri));
    this.#asked.set(resourceUri, asked);
    return asked;
  }

  async #fetch(resourceUri: ResourceUri): Promise<ListClaims> {
    const { database, log } = this.#parts;
    try {
      return await this.#take(resourceUri);
    } catch (error) {
      // Nothing stays of what is nobody's: who asks for it could fill the database.
      await forgetForeignList(database, resourceUri);
      if (isBroken(error)) log.failure('peer.list-refused', error, { kmsHost: hostOf(resourceUri) });
      throw error;
    }
  }

  async #take(resourceUri: ResourceUri): Promise<ListClaims> {
    const { database, now } = this.#parts;
    for (let left = TRIES; left > 0; left -= 1) {
      const known = await expectForeignList(database, resourceUri);
      const askedAt = now();
      const statement = await this.#ask(resourceUri);
      const claims = await this.#verify(resourceUri, statement);
      checkNotOlder(claims, known);
      if (await this.#keep({ claims, statement, askedAt })) {
        const sharing = [claims.organisationId, ...claims.people.map((person) => person.organisationId)];
        await noteMeetings(this.#parts, database, sharing, now());
        return claims;
      }
    }
    throw new CloisterError('kms/unavailable', { detail: 'a list that changes all the time' });
  }

  /** False when home has told of a newer list meanwhile. */
  #keep(row: Parameters<typeof keepForeignList>[1]): Promise<boolean> {
    const { database, log } = this.#parts;
    const { resourceUri } = row.claims;
    return database.transaction(async (tx) => {
      if (!(await keepForeignList(tx, row))) return false;
      const people = this.#ownOf(row.claims);
      const isKept = await keepPlaces(tx, { resourceUri, people, now: row.askedAt, most: MOST_PLACES });
      if (!isKept) log.event('places.too-many', { kmsHost: hostOf(resourceUri) }, 'warn');
      return true;
    });
  }

  /** Whoever home says is of ours, unless identity says otherwise: some were made too lately to be known here. */
  #ownOf({ people }: ListClaims): UserId[] {
    const { organisations } = this.#parts;
    return people.flatMap(({ id, organisationId }) => (organisations.includes(organisationId) ? [id] : []));
  }

  async #ask(resourceUri: ResourceUri): Promise<CompactJws> {
    const { database, ask } = this.#parts;
    const request = {
      method: 'POST',
      path: '/federation/v1/lists',
      body: { resourceUri },
      answer: listGiven,
    } as const;
    const answer = await ask(hostOf(resourceUri), request);
    if (!answer.isRefused) return answer.value.list;
    if (answer.code === 'kms/outside-not-allowed') throw new CloisterError('kms/outside-not-allowed');
    if (answer.status !== 404) throw new CloisterError('kms/peer-refused', { detail: answer.code });
    await dropForeignList(database, resourceUri);
    await deletePlacesOf(database, resourceUri);
    throw new CloisterError('kms/not-authorized');
  }

  async #verify(resourceUri: ResourceUri, statement: CompactJws): Promise<ListClaims> {
    const { kmsHost, database, receiptKeyOf, status } = this.#parts;
    const home = hostOf(resourceUri);
    const keyNamed = async (kid: string) => importReceiptPublicKey(await receiptKeyOf(home, kid));
    const claims = await verify(statement, { kmsHost: home, keyNamed }, { resourceUri, audience: kmsHost });
    checkListed(claims, status);
    const before = await lastForeignList(database, resourceUri);
    if (before !== null) checkSameList(before, claims);
    return claims;
  }
}

const isBroken = (error: unknown): boolean =>
  error instanceof CloisterError && ['kms/peer-broken', 'kms/peer-untrusted'].includes(error.code);

const verify = async (...[statement, home, asked]: Parameters<typeof verifyList>): Promise<ListClaims> => {
  try {
    return await verifyList(statement, home, asked);
  } catch (cause) {
    if (cause instanceof CloisterError && cause.code.startsWith('kms/')) throw cause;
    throw new CloisterError('kms/peer-broken', { detail: 'a list that home did not sign', cause });
  }
};
