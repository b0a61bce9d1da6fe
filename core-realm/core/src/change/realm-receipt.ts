import { type ReceiptClaims, type ReceiptKey, verifyReceipt } from '@cloister/receipts';
import { CloisterError } from '@cloister/wire';
import type { Realms } from '../domain/realms.ts';

/** Under which id a realm signs receipts, when its registration does not say: as it said in its greeting. */
export type ReceiptKid = (kmsHost: string) => string | undefined;

/** What a receipt says, if the realm's own key signed it. @throws CloisterError `wire/invalid-receipt` */
export type RealmReceipt = (kmsHost: string, jws: string) => Promise<ReceiptClaims>;

export const realmReceipt =
  (realms: Realms<ReceiptKey>, kidOf: ReceiptKid): RealmReceipt =>
  async (kmsHost, jws) => {
    const realm = realms.named(kmsHost);
    // Newest first: what a realm signed before it renewed its key is as good as ever.
    for (const { kid = kidOf(kmsHost), key } of realm?.receipts ?? []) {
      if (realm === undefined || kid === undefined) continue;
      const claims = await verifyReceipt(jws, { kmsHost: realm.kmsHost, kid, key }).catch(() => null);
      if (claims !== null) return claims;
    }
    throw new CloisterError('wire/invalid-receipt');
  };
