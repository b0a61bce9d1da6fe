import { CloisterError } from '@cloister/wire';

/** The key server's refusal, sealed for the asker: the core passes on what it cannot read (kms.md §1.7). */
export class SealedRefusal extends CloisterError {
  readonly sealed: string;

  constructor(sealed: string) {
    super('core/kms-refused');
    this.sealed = sealed;
  }
}
