import type { SecretKey } from '@cloister/seal';
import { CloisterError } from '@cloister/wire';

/**
 * Content keys that are in the hands of a piece of work, so that they can be taken back when the organisation switches its
 * main key off. Whoever uses one after that is told why it does not work.
 */
export class LentKeys {
  #lent: WeakRef<SecretKey>[] = [];
  readonly #revoked = new WeakSet<SecretKey>();

  lend(key: SecretKey): void {
    this.#lent = [...this.#lent.filter((lent) => lent.deref() !== undefined), new WeakRef(key)];
  }

  /** Wipes every key that is lent. */
  revoke(): void {
    for (const lent of this.#lent.splice(0)) {
      const key = lent.deref();
      if (key === undefined) continue;
      key.destroy();
      this.#revoked.add(key);
    }
  }

  /** @throws CloisterError `kms/revoked` in place of whatever fails because the key was taken back */
  async using<T>(key: SecretKey, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw this.#revoked.has(key) ? new CloisterError('kms/revoked', { cause }) : cause;
    }
  }
}
