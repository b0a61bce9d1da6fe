import { denialReasonOf, type MainKey } from '@cloister/hsm';
import type { Hsm } from '../../keys/hsm.ts';

type Uses = Pick<Hsm, 'wrap' | 'unwrap' | 'rewrap'>;

/** The hsm, with an ear for uses that Amazon denies: the call fails as it did, and somebody hears of the key (byok.md §2.2). */
export const watchDenials = <T extends Uses>(hsm: T, denied: (keyId: string) => void): T => {
  const heard = async <R>(keys: readonly MainKey[], use: Promise<R>): Promise<R> => {
    try {
      return await use;
    } catch (error) {
      if (denialReasonOf(error) !== null) for (const { keyId } of keys) denied(keyId);
      throw error;
    }
  };
  const watched: Uses = {
    wrap: (key, ...rest) => heard([key], hsm.wrap(key, ...rest)),
    unwrap: (key, ...rest) => heard([key], hsm.unwrap(key, ...rest)),
    // Which of two keys of Amazon's was denied, a look at each tells.
    rewrap: (from, to, keks) =>
      heard(
        [from, to].filter(({ arn }) => arn !== undefined),
        hsm.rewrap(from, to, keks),
      ),
  };
  // The rest of it is methods of a class: they keep their object.
  return new Proxy(hsm, {
    get: (target, name) => {
      if (name === 'wrap' || name === 'unwrap' || name === 'rewrap') return watched[name];
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
};
