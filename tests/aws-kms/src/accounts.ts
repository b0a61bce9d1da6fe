import { randomBytes } from 'node:crypto';

/** An IAM user with one access key. Each may use everything that its account owns. */
export type User = {
  readonly arn: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
};

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The accounts of this cloud and their users. */
export class Accounts {
  readonly #users = new Map<string, User>();

  /** A new user; its account is made with it. `account` has twelve digits. */
  createUser(account: string, name: string): User {
    const arn = `arn:aws:iam::${account}:user/${name}`;
    if (!/^\d{12}$/.test(account) || !/^[\w+=,.@-]{1,64}$/.test(name) || this.isPrincipal(arn))
      throw new TypeError('an account has twelve digits, a user a name of its own in it');
    const user = {
      arn,
      accessKeyId: `AKIA${[...randomBytes(16)].map((byte) => base32[byte % 32]).join('')}`,
      secretAccessKey: randomBytes(30).toString('base64'),
    };
    this.#users.set(user.accessKeyId, user);
    return user;
  }

  /** Takes the user's access key away, as its account's administrator would. */
  deleteUser(user: User): void {
    this.#users.delete(user.accessKeyId);
  }

  byAccessKey(accessKeyId: string): User | undefined {
    return this.#users.get(accessKeyId);
  }

  /** Whether the ARN names a user, or an account, that there is. */
  isPrincipal(arn: string): boolean {
    return [...this.#users.values()].some((user) => user.arn === arn || rootOf(accountOf(user)) === arn);
  }
}

/** The account that the user is of. */
export const accountOf = ({ arn }: Pick<User, 'arn'>): string => arn.split(':')[4] ?? '';

/** The account itself as a principal. */
export const rootOf = (account: string): string => `arn:aws:iam::${account}:root`;
