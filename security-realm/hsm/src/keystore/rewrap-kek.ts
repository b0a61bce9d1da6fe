import { createSecretKey, timingSafeEqual } from 'node:crypto';
import { CloisterError } from '@cloister/wire';
import { kekCommitment } from '../protocol/kek-commitment.ts';
import { kekAad } from '../protocol/kek-place.ts';
import type { RewrappedKek, StoredKek } from '../protocol/rewrapping.ts';

/** How to open what is under one main key, and how to wrap under another; `aad` is of the KEK's place there. */
export type Rewrapping = {
  readonly from: { readonly keyId: string; readonly open: (kek: StoredKek, aad: Buffer) => Buffer | Promise<Buffer> };
  readonly to: {
    readonly keyId: string;
    readonly wrap: (plaintext: Buffer, kek: StoredKek, aad: Buffer) => Buffer | Promise<Buffer>;
  };
};

/**
 * One KEK from one main key to another: it is what its commitment says, or it is not moved. In the clear it is in this
 * function alone. Throws what is no fault of the KEK's.
 */
export const rewrapKek = async ({ from, to }: Rewrapping, kek: StoredKek): Promise<RewrappedKek> => {
  const before = kekAad(from.keyId, kek.place);
  const plaintext = await opened(from.open, kek, before);
  if (plaintext === null) return null;
  try {
    if (plaintext.length !== 32) return null;
    const key = createSecretKey(plaintext);
    if (!timingSafeEqual(kekCommitment(key, before), kek.commitment)) return null;
    const after = kekAad(to.keyId, kek.place);
    return { wrapped: await to.wrap(plaintext, kek, after), commitment: kekCommitment(key, after) };
  } finally {
    plaintext.fill(0);
  }
};

const opened = async (open: Rewrapping['from']['open'], kek: StoredKek, aad: Buffer): Promise<Buffer | null> => {
  try {
    return await open(kek, aad);
  } catch (error) {
    if (error instanceof CloisterError && error.code === 'hsm/unwrap-failed') return null;
    throw error;
  }
};
