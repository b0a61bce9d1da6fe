import type { Log } from '@cloister/logging';
import { importReceiptPublicKey, readersLeaseMs, verifyReaders } from '@cloister/receipts';
import {
  CloisterError,
  type CompactJws,
  type KmsHost,
  maxFederatedReaders,
  type OrganisationId,
  type Purpose,
  readersGiven,
} from '@cloister/wire';
import type { StartTimer } from '../../master-keys/revocation/start-timer.ts';
import { within } from '../../master-keys/revocation/within.ts';
import type { AskPeer } from '../client/peer-request.ts';
import type { Federation } from '../open-federation.ts';
import { isTimeout, PATIENCE_MS } from '../patience.ts';

export type ReadersElsewhereParts = {
  readonly kmsHost: KmsHost;
  readonly ask: AskPeer;
  readonly receiptKeyOf: Federation['receiptKeyOf'];
  readonly log: Log;
  readonly now: () => Date;
  readonly startTimer?: StartTimer | undefined;
};

/** Which machines an organisation lets read, as its key server said. */
export type SaidReaders = {
  readonly functions: readonly Purpose[];
  readonly statedAt: Date;
  readonly statement: CompactJws;
};

/** One that did not answer is asked again after this long, and nobody waits for it until it has answered. */
const REST_MS = 10_000;

type Kept = SaidReaders & { readonly askedAt: number };
type Realm = { asking: Promise<void> | null; silentSince: number | null };

/**
 * What other key servers say of their organisations' machines: each statement for 300 s from the start of the request that
 * brought it (wires.md §13). It only adds to what a list says, so nobody waits long for it, and nothing fails without it.
 */
export class ReadersElsewhere {
  readonly #parts: ReadersElsewhereParts;
  readonly #kept = new Map<OrganisationId, Kept>();
  readonly #realms = new Map<KmsHost, Realm>();

  constructor(parts: ReadersElsewhereParts) {
    this.#parts = parts;
  }

  /** What is known of these organisations, each at its key server; one whose key server has not said is left out. */
  async of(hosts: ReadonlyMap<OrganisationId, KmsHost>): Promise<Map<OrganisationId, SaidReaders>> {
    const missing = [...hosts].filter(([id]) => this.#fresh(id) === undefined);
    const byHost = Map.groupBy(missing, ([, host]) => host);
    const asked = [...byHost].flatMap(
      ([host, some]) =>
        this.#ask(
          host,
          some.map(([id]) => id),
        ) ?? [],
    );
    if (asked.length > 0) await this.#wait(asked);
    return new Map([...hosts.keys()].flatMap((id) => known(id, this.#fresh(id))));
  }

  async #wait(asked: readonly Promise<void>[]): Promise<void> {
    try {
      await within(PATIENCE_MS, Promise.all(asked), this.#parts.startTimer);
    } catch (error) {
      if (!isTimeout(error)) throw error;
      for (const realm of this.#realms.values())
        if (realm.asking !== null) realm.silentSince ??= this.#parts.now().getTime();
    }
  }

  #fresh(id: OrganisationId): Kept | undefined {
    const kept = this.#kept.get(id);
    if (kept === undefined) return undefined;
    const age = this.#parts.now().getTime() - kept.askedAt;
    // A clock that was set back makes nothing fresh.
    return age >= 0 && age < readersLeaseMs ? kept : undefined;
  }

  /** The question under way, if it is worth waiting for. */
  #ask(host: KmsHost, ids: readonly OrganisationId[]): Promise<void> | null {
    const realm = this.#realms.get(host) ?? { asking: null, silentSince: null };
    this.#realms.set(host, realm);
    const { silentSince } = realm;
    const rests = silentSince !== null && Math.abs(this.#parts.now().getTime() - silentSince) < REST_MS;
    if (realm.asking === null && !rests) {
      realm.asking = this.#fetchAll(host, ids, realm).finally(() => {
        realm.asking = null;
      });
    }
    return silentSince === null ? realm.asking : null;
  }

  async #fetchAll(host: KmsHost, ids: readonly OrganisationId[], realm: Realm): Promise<void> {
    try {
      for (let at = 0; at < ids.length; at += maxFederatedReaders) {
        await this.#fetch(host, ids.slice(at, at + maxFederatedReaders));
      }
      realm.silentSince = null;
    } catch (error) {
      realm.silentSince = this.#parts.now().getTime();
      this.#parts.log.failure('readers.not-told', error, { kmsHost: host });
    }
  }

  async #fetch(host: KmsHost, organisationIds: readonly OrganisationId[]): Promise<void> {
    const { kmsHost, ask, receiptKeyOf, now } = this.#parts;
    const askedAt = now().getTime();
    const body = { organisationIds };
    const answer = await ask(host, { method: 'POST', path: '/federation/v1/readers', body, answer: readersGiven });
    if (answer.isRefused) throw new CloisterError('kms/peer-refused', { detail: answer.code });
    const keyNamed = async (kid: string) => importReceiptPublicKey(await receiptKeyOf(host, kid));
    for (const statement of answer.value.statements) {
      const claims = await verify(statement, { kmsHost: host, keyNamed }, kmsHost);
      // Of an organisation that was not asked for, it would be another key server's to say.
      if (!organisationIds.includes(claims.organisationId)) throw new CloisterError('kms/peer-broken');
      const { organisationId, functions, issuedAt } = claims;
      this.#kept.set(organisationId, { functions, statedAt: new Date(issuedAt * 1000), statement, askedAt });
    }
  }
}

const known = (id: OrganisationId, kept: Kept | undefined): [OrganisationId, SaidReaders][] =>
  kept === undefined ? [] : [[id, kept]];

const verify = async (...[statement, home, audience]: Parameters<typeof verifyReaders>) => {
  try {
    return await verifyReaders(statement, home, audience);
  } catch (cause) {
    if (cause instanceof CloisterError && cause.code.startsWith('kms/')) throw cause;
    throw new CloisterError('kms/peer-broken', { detail: 'a statement that it did not sign', cause });
  }
};
