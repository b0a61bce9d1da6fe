import { createSecretKey } from 'node:crypto';
import { type HsmClient, type KekPlace, kekAad, kekCommitment, type MainKey } from '@cloister/hsm';
import type { KmsParts } from '@cloister/kms';
import type { Amazon } from './amazon.ts';

export type Hsm = KmsParts['hsm'];

/** One hsm in front of two stores of keys: the real process, and Amazon as a run scripts it. Remembers what it holds. */
export const keyStores = (hsm: HsmClient, amazon: Amazon, held: Map<string, string>): Hsm => {
  const at = ({ arn, ...key }: MainKey) => (arn === undefined ? null : { ...key, arn });
  const wrap = (key: MainKey, place: KekPlace, plaintext: Uint8Array) => {
    const theirs = at(key);
    return theirs === null ? hsm.wrap(key, place, plaintext) : amazon.wrap(theirs, place, plaintext);
  };
  const unwrap = (key: MainKey, place: KekPlace, wrapped: Uint8Array) => {
    const theirs = at(key);
    return theirs === null ? hsm.unwrap(key, place, wrapped) : amazon.unwrap(theirs, place, wrapped);
  };
  // As the hsm does it with keys at Amazon, which here is no part of it.
  const rewrap: Hsm['rewrap'] = (from, to, keks) =>
    Promise.all(
      keks.map(async ({ place, wrapped, commitment }) => {
        const plaintext = await unwrap(from, place, wrapped);
        const kek = createSecretKey(plaintext);
        if (!kekCommitment(kek, kekAad(from.keyId, place)).equals(commitment)) return null;
        const moved = await wrap(to, place, plaintext);
        return { wrapped: moved, commitment: kekCommitment(kek, kekAad(to.keyId, place)) };
      }),
    );
  return {
    ensureKey: (...input) => hsm.ensureKey(...input),
    publicKey: (...input) => hsm.publicKey(...input),
    importKey: (key, wrapped) => {
      held.set(key.keyId, key.organisationId);
      return hsm.importKey(key, wrapped);
    },
    check: (...input) => hsm.check(...input),
    wrap,
    unwrap,
    rewrap: (from, to, keks) => {
      const isLocal = at(from) === null && at(to) === null;
      return isLocal ? hsm.rewrap(from, to, keks) : rewrap(from, to, keks);
    },
    describe: (...input) => hsm.describe(...input),
    probe: (key) => amazon.probe(key),
    diagnose: (key) => amazon.diagnose(key),
    principal: () => amazon.principal(),
    destroy: async (key) => {
      await hsm.destroy(key);
      held.delete(key.keyId);
    },
  };
};
