import { CloisterError } from '@cloister/wire';
import type { Federation } from './open-federation.ts';

const refused = async (): Promise<never> => {
  throw new CloisterError('kms/no-federation');
};

/** A realm whose configuration names no certificate: it meets nobody, and says so. */
export const noFederation: Federation = {
  accept: async (stream) => {
    stream.destroy();
  },
  offer: () => {},
  ask: refused,
  meet: refused,
  receiptKeyOf: refused,
  peers: async () => [],
  disconnect: () => {},
  close: () => {},
};
