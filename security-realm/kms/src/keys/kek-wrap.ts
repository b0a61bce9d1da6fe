import { createHmac, timingSafeEqual } from 'node:crypto';
import { type KekPlace, kekAad, type MainKey } from '@cloister/hsm';
import { CloisterError } from '@cloister/wire';
import type { KekRow } from '../store/kek-row.ts';
import type { Hsm } from './hsm.ts';

/** AES-GCM does not commit to its key, so byok.md §5 stores `HMAC-SHA256(KEK, "commit/v1"|AAD)`. */
const commitmentOf = (kek: Buffer, mainKeyId: string, place: KekPlace): Buffer =>
  createHmac('sha256', kek).update('commit/v1').update(kekAad(mainKeyId, place)).digest();

/** The row of a KEK under this main key. */
export const wrapKek = async (hsm: Hsm, key: MainKey, place: KekPlace, kek: Buffer): Promise<KekRow> => ({
  ...place,
  hsmKeyId: key.keyId,
  wrapped: await hsm.wrap(key, place, kek),
  commitment: commitmentOf(kek, key.keyId, place),
});

/** The KEK of a row; the caller zeroes it. Throws `platform/at-rest` when the commitment does not match. */
export const unwrapKek = async (hsm: Hsm, key: MainKey, row: KekRow): Promise<Buffer> => {
  const kek = await hsm.unwrap(key, row, row.wrapped);
  if (timingSafeEqual(commitmentOf(kek, row.hsmKeyId, row), row.commitment)) return kek;
  kek.fill(0);
  throw new CloisterError('platform/at-rest');
};
