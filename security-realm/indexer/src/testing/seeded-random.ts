import { createHash } from 'node:crypto';
import type { RandomBytes } from '@cloister/wire';

/** Bytes that look random and that the seed alone decides: SHA-256 of the seed and a number, one after the other. */
export function seededRandom(seed: string): RandomBytes {
  let block = 0;
  return (length) => {
    const blocks = Array.from({ length: Math.ceil(length / 32) }, () =>
      createHash('sha256').update(`${seed} ${block++}`).digest(),
    );
    return Buffer.concat(blocks).subarray(0, length);
  };
}
