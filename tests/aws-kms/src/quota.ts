import { AwsError } from './aws-error.ts';

/** Requests a second that each calling account may make, over all operations; a second's worth is saved up. Undefined: no limit. */
export class Quota {
  readonly #perSecond: number | undefined;
  readonly #now: () => number;
  readonly #accounts = new Map<string, { left: number; at: number }>();

  constructor(perSecond: number | undefined, now: () => number) {
    this.#perSecond = perSecond;
    this.#now = now;
  }

  /** Takes one request of the account's; throws when there is none left. */
  spend(account: string): void {
    if (this.#perSecond === undefined) return;
    const now = this.#now();
    const before = this.#accounts.get(account) ?? { left: this.#perSecond, at: now };
    const left = Math.min(this.#perSecond, before.left + ((now - before.at) / 1000) * this.#perSecond);
    this.#accounts.set(account, { left: left < 1 ? left : left - 1, at: now });
    if (left < 1) throw new AwsError('ThrottlingException', 'You have exceeded the rate at which you may call KMS.');
  }
}
