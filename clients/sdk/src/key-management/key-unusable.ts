import { CloisterError } from '@cloister/wire';
import { isRecord, textOf } from '../json.ts';

/** Amazon does not let the key be used: why, and which operations its grant lacks. */
export class KeyUnusable extends CloisterError {
  readonly reason: string | undefined;
  readonly missing: readonly string[];

  /** @param said what the key server says beside the code (docs/wires.md §12) */
  constructor(said: unknown) {
    super('kms/key-unusable');
    this.reason = textOf(said, 'reason');
    const missing = isRecord(said) && Array.isArray(said.missing) ? said.missing : [];
    this.missing = missing.filter((one) => typeof one === 'string');
  }
}
