import { createHash } from 'node:crypto';
import type { Uuid } from '@cloister/wire';

/** Ids in an order that is the same in each run, since what is sorted by them, or divided, is part of it. */
export const ids = (): (() => Uuid) => {
  let made = 0;
  return () => {
    made += 1;
    const bytes = createHash('sha256').update(`id ${made}`).digest().subarray(0, 16);
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') as Uuid;
  };
};
