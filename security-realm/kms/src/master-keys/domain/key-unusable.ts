import { CloisterError } from '@cloister/wire';

/** What Amazon refused: why, and which permissions are missing (R069). */
export type Denial = { readonly reason: string; readonly missing: readonly string[] };

/** Amazon does not let a main key be used, and why: people can act on it. */
export class KeyUnusable extends CloisterError {
  readonly denial: Denial;

  constructor(denial: Denial) {
    super('kms/key-unusable');
    this.denial = denial;
  }
}
