import type { Database, Queries } from '@cloister/database';
import type { Log } from '@cloister/logging';
import { base64url, CloisterError, type KmsHost, type PeerReceiptKey } from '@cloister/wire';
import { findReceiptKey, keepReceiptKey } from '../store/peer-receipt-key-row.ts';
import { findFingerprints, findPeers, insertPeer, lockPeer, updatePeer, upsertFingerprint } from '../store/peer-row.ts';
import type { ProvenPeer } from '../tls/judge-peer.ts';
import type { PeerView } from './peer-view.ts';

export type PeersOptions = {
  readonly database: Database;
  /** The database's clock, the same for all nodes. */
  readonly databaseNow: (queries: Queries) => Promise<Date>;
  readonly log: Log;
};

/** The key servers that this realm met: the key of each one's certificate, pinned at first use, and its receipt keys. */
export class Peers {
  readonly #options: PeersOptions;

  constructor(options: PeersOptions) {
    this.#options = options;
  }

  /**
   * Pins a peer's key at first use. Another key later is accepted, since the certificate for it was checked, and shown and
   * logged (ADR 13). A connection that cannot be written down is not used.
   * @throws CloisterError `kms/unavailable`
   */
  async note({ kmsHost, fingerprint }: Pick<ProvenPeer, 'kmsHost' | 'fingerprint'>): Promise<void> {
    const { log } = this.#options;
    const bytes = Buffer.from(fingerprint, 'base64url');
    const seen = await this.#write((queries, seenAt) => pin(queries, { kmsHost, fingerprint: bytes, seenAt }));
    if (seen === 'met') log.event('peer.met', { kmsHost });
    if (seen === 'changed') log.event('peer.certificate-changed', { kmsHost }, 'warn');
  }

  /**
   * Keeps what the peer says it signs receipts with. A name stands for one key for good.
   * @throws CloisterError `kms/peer-untrusted` when the name stood for another key, `kms/unavailable`
   */
  async keepReceiptKey(kmsHost: KmsHost, { kid, x }: PeerReceiptKey): Promise<void> {
    const { log } = this.#options;
    const publicKey = Buffer.from(x, 'base64url');
    const { isNew, kept } = await this.#write((queries, now) =>
      keepReceiptKey(queries, { kmsHost, kid, publicKey }, now),
    );
    if (isNew) log.event('peer.receipt-key', { kmsHost });
    if (kept?.equals(publicKey) === true) return;
    const what = kept === null ? 'too-many' : 'contradicted';
    log.event(`peer.receipt-key-${what}`, { kmsHost }, 'warn');
    throw new CloisterError('kms/peer-untrusted', {
      detail: kept === null ? 'it named too many receipt keys' : 'another receipt key had this name',
    });
  }

  /** The peer's receipt key of that name, if it told us of it. */
  async receiptKey(kmsHost: KmsHost, kid: string): Promise<PeerReceiptKey | null> {
    const publicKey = await findReceiptKey(this.#options.database, kmsHost, kid);
    return publicKey && { kty: 'OKP', crv: 'Ed25519', x: base64url.encode(publicKey), kid };
  }

  /** Every peer with the keys of its certificates, the present one first. */
  async list(): Promise<PeerView[]> {
    const { database } = this.#options;
    const [peers, fingerprints] = await Promise.all([findPeers(database), findFingerprints(database)]);
    return peers.map(({ kmsHost, fingerprint, firstSeenAt, seenAt }) => ({
      kmsHost,
      firstSeenAt: firstSeenAt.toISOString(),
      seenAt: seenAt.toISOString(),
      fingerprint: base64url.encode(fingerprint),
      earlier: fingerprints
        .filter((row) => row.kmsHost === kmsHost && !row.fingerprint.equals(fingerprint))
        .map((row) => ({
          fingerprint: base64url.encode(row.fingerprint),
          firstSeenAt: row.firstSeenAt.toISOString(),
          seenAt: row.seenAt.toISOString(),
        })),
    }));
  }

  async #write<T>(work: (queries: Queries, now: Date) => Promise<T>): Promise<T> {
    const { database, databaseNow } = this.#options;
    try {
      return await database.transaction(async (queries) => work(queries, await databaseNow(queries)));
    } catch (error) {
      throw new CloisterError('kms/unavailable', { detail: 'the peer could not be written down', cause: error });
    }
  }
}

type Seen = { readonly kmsHost: KmsHost; readonly fingerprint: Buffer; readonly seenAt: Date };

/** Nodes that see the same at the same moment agree on who was first: the row is locked by whoever writes it. */
const pin = async (queries: Queries, seen: Seen): Promise<'met' | 'same' | 'changed'> => {
  const isFirst = await insertPeer(queries, seen);
  const isSame = isFirst || (await lockPeer(queries, seen.kmsHost)).equals(seen.fingerprint);
  if (!isFirst) await updatePeer(queries, seen);
  await upsertFingerprint(queries, seen);
  return isFirst ? 'met' : isSame ? 'same' : 'changed';
};
