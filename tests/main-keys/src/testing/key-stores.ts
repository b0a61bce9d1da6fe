import type { HsmClient, MainKey } from '@cloister/hsm';
import type { KmsParts } from '@cloister/kms';
import type { Amazon } from './amazon.ts';
import type { Stage } from './stage.ts';

type Hsm = KmsParts['hsm'];

/** One hsm in front of two stores of keys: the real process, and Amazon as a run scripts it. Remembers what it holds. */
export const keyStores = (hsm: HsmClient, amazon: Amazon, stage: Stage, held: Map<string, string>): Hsm => {
  const at = ({ arn, ...key }: MainKey) => (arn === undefined ? null : { ...key, arn });
  return {
    ensureKey: (...input) => stage.track(hsm.ensureKey(...input)),
    publicKey: (...input) => stage.track(hsm.publicKey(...input)),
    importKey: async (key, wrapped) => {
      const made = await stage.track(hsm.importKey(key, wrapped));
      held.set(key.keyId, key.organisationId);
      return made;
    },
    check: (...input) => stage.track(hsm.check(...input)),
    wrap: (key, place, plaintext) => {
      const theirs = at(key);
      return stage.track(theirs === null ? hsm.wrap(key, place, plaintext) : amazon.wrap(theirs, place, plaintext));
    },
    unwrap: (key, place, wrapped) => {
      const theirs = at(key);
      return stage.track(theirs === null ? hsm.unwrap(key, place, wrapped) : amazon.unwrap(theirs, place, wrapped));
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
