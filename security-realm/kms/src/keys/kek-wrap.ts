import { createSecretKey, timingSafeEqual } from 'node:crypto';
import { type KekPlace, kekAad, kekCommitment, type MainKey } from '@cloister/hsm';
import { CloisterError } from '@cloister/wire';
import type { KekRow } from '../store/kek-row.ts';
import type { Hsm } from './hsm.ts';

const commitmentOf = (kek: Buffer, mainKeyId: string, place: KekPlace): Buffer =>
  kekCommitment(createSecretKey(kek), kekAad(mainKeyId, place));

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
