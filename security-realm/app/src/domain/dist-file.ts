import type { Coding } from './content-coding.ts';

/** One file of the build, in memory. */
export interface DistFile {
  type: string;
  /** Weak, as it stands for the plain and the coded bytes alike (RFC 9110 §8.8.3.3). */
  etag: string;
  bytes: Buffer;
  coded: Partial<Record<Coding, Buffer>>;
}

/** The build by name relative to its folder, such as `index.html` or `assets/main-3fb2.js`. */
export type Dist = ReadonlyMap<string, DistFile>;
