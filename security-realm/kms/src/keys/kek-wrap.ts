import { createHmac, timingSafeEqual } from 'node:crypto';
import { encodeAad } from '@cloister/at-rest';
import { CloisterError } from '@cloister/wire';
import type { Hsm } from './hsm.ts';
import type { KekRow } from './kek-row.ts';

type Place = Omit<KekRow, 'wrapped' | 'commitment'>;

/** byok.md §5: organisation, key id, level and version of both keys; a swapped row fails the tag. */
const aadOf = (row: Place): Buffer =>
  encodeAad([
    'cloister/kek/v1',
    row.organisationId,
    row.kekId,
    String(row.version),
    row.level,
    row.label,
    row.hsmKeyId,
    String(row.hsmKeyVersion),
    '1',
  ]);

/** AES-GCM does not commit to its key, so byok.md §5 stores `HMAC-SHA256(KEK, "commit/v1"|AAD)`. */
const commitmentOf = (kek: Buffer, aad: Buffer): Buffer =>
  createHmac('sha256', kek).update('commit/v1').update(aad).digest();

/** The row of a new KEK. Throws when the hsm wrapped under another version than the row would name. */
export const wrapKek = async (hsm: Hsm, place: Place, kek: Buffer): Promise<KekRow> => {
  const aad = aadOf(place);
  const { wrapped, version } = await hsm.wrap(place.hsmKeyId, kek, aad);
  if (version !== place.hsmKeyVersion) throw new CloisterError('kms/unavailable');
  return { ...place, wrapped, commitment: commitmentOf(kek, aad) };
};

/** The KEK of a row; the caller zeroes it. Throws `platform/at-rest` when the commitment does not match. */
export const unwrapKek = async (hsm: Hsm, row: KekRow): Promise<Buffer> => {
  const aad = aadOf(row);
  const kek = await hsm.unwrap(row.hsmKeyId, row.hsmKeyVersion, row.wrapped, aad);
  if (kek.length === 32 && timingSafeEqual(commitmentOf(kek, aad), row.commitment)) return kek;
  kek.fill(0);
  throw new CloisterError('platform/at-rest');
};
