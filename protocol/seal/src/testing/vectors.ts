import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A public test vector file. Fails the suite, loudly, where the vectors are missing. */
export function vectors<T>(path: string): T {
  const folder = process.env.CLOISTER_VECTORS;
  if (folder === undefined) throw new Error('CLOISTER_VECTORS is not set: the public test vectors were not run');
  return JSON.parse(readFileSync(join(folder, path), 'utf8')) as T;
}

export interface Wycheproof<Test, Group = object> {
  readonly testGroups: readonly (Group & { readonly tests: readonly (Test & WycheproofCase)[] })[];
}
export interface WycheproofCase {
  readonly tcId: number;
  readonly comment: string;
  readonly flags: readonly string[];
  readonly result: 'valid' | 'invalid' | 'acceptable';
}

export const hex = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'hex'));
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Counts outcomes by name, so that a suite states how many cases it ran and how. */
export class Tally {
  readonly counts: Record<string, number> = {};
  add(outcome: string): void {
    this.counts[outcome] = (this.counts[outcome] ?? 0) + 1;
  }
}

/** Runs a promise for its error's code. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return error instanceof Error && 'code' in error && error.name === 'CloisterError' ? `${error.code}` : `${error}`;
  }
}
