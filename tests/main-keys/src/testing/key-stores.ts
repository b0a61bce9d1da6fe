import { createSecretKey } from 'node:crypto';
import { type HsmClient, kekAad, kekCommitment, type MainKey, type RewrappedKek, type StoredKek } from '@cloister/hsm';
import type { KmsParts } from '@cloister/kms';
import { CloisterError } from '@cloister/wire';
import type { Amazon } from './amazon.ts';

export type Hsm = KmsParts['hsm'];
type Uses = Pick<HsmClient, 'wrap' | 'unwrap' | 'rewrap'>;

/** One hsm in front of two stores of keys: the real process, and Amazon as a run scripts it. Remembers what it holds. */
export const keyStores = (hsm: HsmClient, amazon: Amazon, held: Map<string, string>): Hsm & Uses => ({
  ...usesOf(hsm, amazon),
  ensureKey: (...input) => hsm.ensureKey(...input),
  publicKey: (...input) => hsm.publicKey(...input),
  importKey: (key, wrapped) => {
    held.set(key.keyId, key.organisationId);
    return hsm.importKey(key, wrapped);
  },
  check: (...input) => hsm.check(...input),
  describe: (...input) => hsm.describe(...input),
  probe: (key) => amazon.probe(key),
  diagnose: (key) => amazon.diagnose(key),
  principal: () => amazon.principal(),
  destroy: async (key) => {
    await hsm.destroy(key);
    held.delete(key.keyId);
  },
});

const usesOf = (hsm: HsmClient, amazon: Amazon): Uses => {
  const at = ({ arn, ...key }: MainKey) => (arn === undefined ? null : { ...key, arn });
  const wrap: Uses['wrap'] = (key, place, plaintext) => {
    const theirs = at(key);
    return theirs === null ? hsm.wrap(key, place, plaintext) : amazon.wrap(theirs, place, plaintext);
  };
  const unwrap: Uses['unwrap'] = (key, place, wrapped) => {
    const theirs = at(key);
    return theirs === null ? hsm.unwrap(key, place, wrapped) : amazon.unwrap(theirs, place, wrapped);
  };
  const moved = async (
    from: MainKey,
    to: MainKey,
    { place, wrapped, commitment }: StoredKek,
  ): Promise<RewrappedKek> => {
    const kek = await unwrap(from, place, wrapped).catch(nullIfRefused);
    if (kek === null || !commitmentOf(kek, from, place).equals(commitment)) return null;
    return { wrapped: await wrap(to, place, kek), commitment: commitmentOf(kek, to, place) };
  };
  // Only where Amazon has a part in it: the real process knows no way to this one.
  const rewrap: Uses['rewrap'] = async (from, to, keks) =>
    at(from) === null && at(to) === null
      ? hsm.rewrap(from, to, keks)
      : Promise.all(keks.map((kek) => moved(from, to, kek)));
  return { wrap, unwrap, rewrap };
};

const commitmentOf = (kek: Buffer, { keyId }: MainKey, place: StoredKek['place']): Buffer =>
  kekCommitment(createSecretKey(kek), kekAad(keyId, place));

const nullIfRefused = (error: unknown): null => {
  if (error instanceof CloisterError && error.code === 'hsm/unwrap-failed') return null;
  throw error;
};
