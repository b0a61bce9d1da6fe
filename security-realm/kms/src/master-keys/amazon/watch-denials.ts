import { denialReasonOf } from '@cloister/hsm';
import type { Hsm } from '../../keys/hsm.ts';

/** The hsm, with an ear for uses that Amazon denies: the call fails as it did, and somebody hears of the key (byok.md §2.2). */
export const watchDenials = <T extends Pick<Hsm, 'wrap' | 'unwrap'>>(hsm: T, denied: (keyId: string) => void): T => {
  const heard = async <R>(keyId: string, use: Promise<R>): Promise<R> => {
    try {
      return await use;
    } catch (error) {
      if (denialReasonOf(error) !== null) denied(keyId);
      throw error;
    }
  };
  const watched: Pick<Hsm, 'wrap' | 'unwrap'> = {
    wrap: (key, ...rest) => heard(key.keyId, hsm.wrap(key, ...rest)),
    unwrap: (key, ...rest) => heard(key.keyId, hsm.unwrap(key, ...rest)),
  };
  // The rest of it is methods of a class: they keep their object.
  return new Proxy(hsm, {
    get: (target, name) => {
      if (name === 'wrap' || name === 'unwrap') return watched[name];
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
};
