import { randomBytes } from 'node:crypto';
import type { CompactJwe } from '@cloister/wire';

const header = Buffer.from('{"enc":"A256GCM","alg":"dir"}').toString('base64url');

/** Text of a sealed message's form; nobody holds its key, which is all the same to the core. */
export const sealed = (bytes = 24): CompactJwe => {
  const part = (length: number) => randomBytes(length).toString('base64url');
  return `${header}..${part(12)}.${part(bytes)}.${part(16)}` as CompactJwe;
};
