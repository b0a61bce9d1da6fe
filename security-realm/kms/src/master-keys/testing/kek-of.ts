import { sql } from '@cloister/database';
import { idOf, type KeyUri } from '@cloister/wire';
import type { TestRealm } from '../../testing/test-realm.ts';

export type KekOfKey = {
  readonly kekId: string;
  readonly version: number;
  readonly hsmKeyId: string;
  readonly algorithm: number;
  readonly wrapped: Buffer;
  readonly commitment: Buffer;
};

/** The row of the KEK that a content key is under. */
export const kekOf = ({ database }: TestRealm, key: KeyUri): Promise<KekOfKey> =>
  database.one(sql<KekOfKey>`select kek.kek_id as "kekId", kek.version, kek.hsm_key_id as "hsmKeyId",
      kek.wrap_algorithm as algorithm, kek.wrapped, kek.commitment
    from content_key k join kek on kek.kek_id = k.kek_id and kek.version = k.kek_version where k.key_id = ${idOf(key)}`);
