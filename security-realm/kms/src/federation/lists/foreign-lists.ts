import type { Database } from '@cloister/database';
import { importReceiptPublicKey, type ListClaims, listLeaseMs, verifyList } from '@cloister/receipts';
import { CloisterError, hostOf, type KmsHost, type ListRecalled, listGiven, type ResourceUri } from '@cloister/wire';
import type { AskPeer } from '../client/peer-request.ts';
import type { PeerRealm } from '../http/route.ts';
import type { Federation } from '../open-federation.ts';
import {
  dropForeignList,
  expectForeignList,
  findForeignList,
  keepForeignList,
  recallForeignList,
} from '../store/foreign-list-row.ts';

export type ForeignListsParts = {
  readonly kmsHost: KmsHost;
  readonly database: Database;
  readonly ask: AskPeer;
  readonly receiptKeyOf: Federation['receiptKeyOf'];
  readonly now: () => Date;
};

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
   * @throws CloisterError `kms/not-authorized` when home gives this realm no list, `kms/peer-…`, `kms/no-federation`
   */
  async of(resourceUri: ResourceUri): Promise<ListClaims> {
    const { database, now } = this.#parts;
    const held = await findForeignList(database, resourceUri);
    const age = held === null ? Number.POSITIVE_INFINITY : now().getTime() - held.askedAt.getTime();
    // A clock that was set back makes nothing fresh.
    if (held !== null && age >= 0 && age < listLeaseMs) return held.claims;
    return this.#fetchOnce(resourceUri);
  }

  /** Home tells of a newer list. Only home may: `kms/not-authorized` for any other. */
  async recall(peer: Pick<PeerRealm, 'kmsHost'>, recalled: ListRecalled): Promise<void> {
    if (hostOf(recalled.resourceUri) !== peer.kmsHost) throw new CloisterError('kms/not-authorized');
    await recallForeignList(this.#parts.database, recalled);
  }

  #fetchOnce(resourceUri: ResourceUri): Promise<ListClaims> {
    const running = this.#asked.get(resourceUri);
    if (running !== undefined) return running;
    const asked = this.#fetch(resourceUri).finally(() => this.#asked.delete(resourceUri));
    this.#asked.set(resourceUri, asked);
    return asked;
  }

  async #fetch(resourceUri: ResourceUri): Promise<ListClaims> {
    const { kmsHost, database, ask, receiptKeyOf, now } = this.#parts;
    const home = hostOf(resourceUri);
    await expectForeignList(database, resourceUri);
    for (let left = TRIES; left > 0; left -= 1) {
      const askedAt = now();
      const request = {
        method: 'POST',
        path: '/federation/v1/lists',
        body: { resourceUri },
        answer: listGiven,
      } as const;
      const answer = await ask(home, request);
      if (answer.isRefused) {
        if (answer.status !== 404) throw new CloisterError('kms/peer-refused', { detail: answer.code });
        await dropForeignList(database, resourceUri);
        throw new CloisterError('kms/not-authorized');
      }
      const statement = answer.value.list;
      const keyNamed = async (kid: string) => importReceiptPublicKey(await receiptKeyOf(home, kid));
      const claims = await verify(statement, { kmsHost: home, keyNamed }, { resourceUri, audience: kmsHost });
      if (await keepForeignList(database, { claims, statement, askedAt })) return claims;
    }
    throw new CloisterError('kms/unavailable', { detail: 'a list that changes all the time' });
  }
}

const verify = async (...[statement, home, asked]: Parameters<typeof verifyList>): Promise<ListClaims> => {
  try {
    return await verifyList(statement, home, asked);
  } catch (cause) {
    if (cause instanceof CloisterError && cause.code.startsWith('kms/')) throw cause;
    throw new CloisterError('kms/peer-broken', { detail: 'a list that home did not sign', cause });
  }
};
