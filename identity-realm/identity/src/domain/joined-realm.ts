import type { EcPublicJwk, EdPublicJwk, KmsHost, OrganisationId } from '@cloister/wire';

/** The public keys of a key server that joined: of its link, its receipts, and its side of TLS. */
export interface JoinedKeys {
  readonly linkKey: EdPublicJwk;
  readonly receiptKey: EdPublicJwk;
  readonly tlsKey: EcPublicJwk;
}

/** A key server that its organisation runs itself. */
export interface JoinedRealm extends JoinedKeys {
  readonly kmsHost: KmsHost;
  readonly organisationId: OrganisationId;
  /** The operator's word that the host is the organisation's. */
  readonly vouched: boolean;
  /** Newest first. */
  readonly earlierReceiptKeys: readonly EdPublicJwk[];
  readonly joinedAt: Date;
  readonly statedAt: Date;
}

/** As many earlier keys as are told: a realm that renews more often than its receipts are read gives older ones up. */
const mostEarlier = 8;

/** The realm with other keys; the receipt key it had stays among the earlier ones. */
export const withKeys = (realm: JoinedRealm, keys: JoinedKeys): JoinedRealm => {
  const isRenewed = realm.receiptKey.x !== keys.receiptKey.x;
  const earlier = isRenewed ? [realm.receiptKey, ...realm.earlierReceiptKeys] : realm.earlierReceiptKeys;
  const earlierReceiptKeys = earlier.filter(({ x }) => x !== keys.receiptKey.x).slice(0, mostEarlier);
  return { ...realm, ...keys, earlierReceiptKeys };
};

/** Whether both name the same keys. */
export const hasKeys = (realm: JoinedKeys, keys: JoinedKeys): boolean =>
  realm.linkKey.x === keys.linkKey.x &&
  realm.receiptKey.x === keys.receiptKey.x &&
  realm.tlsKey.x === keys.tlsKey.x &&
  realm.tlsKey.y === keys.tlsKey.y;
