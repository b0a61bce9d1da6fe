import { createSecretKey } from 'node:crypto';
import { type HsmClient, type KekPlace, kekAad, kekCommitment, type MainKey } from '@cloister/hsm';
import type { KmsParts } from '@cloister/kms';
import type { Amazon } from './amazon.ts';
import type { Stage } from './stage.ts';

type Hsm = KmsParts['hsm'];

/** One hsm in front of two stores of keys: the real process, and Amazon as a run scripts it. Remembers what it holds. */
export const keyStores = (hsm: HsmClient, amazon: Amazon, stage: Stage, held: Map<string, string>): Hsm => {
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
    ensureKey: (...input) => stage.track(hsm.ensureKey(...input)),
    publicKey: (...input) => stage.track(hsm.publicKey(...input)),
    importKey: async (key, wrapped) => {
      const made = await stage.track(hsm.importKey(key, wrapped));
      held.set(key.keyId, key.organisationId);
      return made;
    },
    check: (...input) => stage.track(hsm.check(...input)),
    wrap: (...input) => stage.track(wrap(...input)),
    unwrap: (...input) => stage.track(unwrap(...input)),
    rewrap: (from, to, keks) => {
      const isLocal = at(from) === null && at(to) === null;
      return stage.track(isLocal ? hsm.rewrap(from, to, keks) : rewrap(from, to, keks));
    },
    describe: (...input) => stage.track(hsm.describe(...input)),
    probe: (key) => stage.track(amazon.probe(key)),
    diagnose: (key) => stage.track(amazon.diagnose(key)),
    principal: () => stage.track(amazon.principal()),
    destroy: async (key) => {
      await stage.track(hsm.destroy(key));
      held.delete(key.keyId);
    },
  };
};
