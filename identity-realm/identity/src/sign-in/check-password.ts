import type { Database } from '@cloister/database';
import type { UserId } from '@cloister/wire';
import { emailKey } from '../domain/email.ts';
import { type PasswordCost, unmatchedHash, verifyPassword } from '../domain/password.ts';
import { type AttemptSubject, forgiveAttempt, reserveAttempt } from '../store/attempts.ts';
import { findByEmail } from '../store/people.ts';

/** What came of an attempt. A wrong password, an unknown address and an inactive person look the same. */
export type Attempt =
  | { readonly kind: 'signed-in'; readonly personId: UserId }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'wait'; readonly seconds: number };

/** Checks a password within the limits; takes as long for an address nobody has. */
export type CheckPassword = (attempt: {
  readonly email: string;
  readonly password: string;
  /** The network address the attempt came from, as the door says. */
  readonly address: string;
}) => Promise<Attempt>;

/** Makes the check. */
export const passwordChecker = (parts: {
  readonly database: Database;
  readonly passwordCost: PasswordCost;
  readonly now: () => Date;
}): CheckPassword => {
  const { database, passwordCost, now } = parts;
  const nobodys = unmatchedHash(passwordCost);
  return async ({ email, password, address }) => {
    // What is no address is counted and checked like one, so that nothing tells them apart.
    const account = emailKey(email) ?? email.slice(0, 320);
    const subjects: readonly AttemptSubject[] = [
      { kind: 'account', value: account },
      { kind: 'address', value: networkOf(address) },
    ];
    const seconds = await reserveAttempt(database, subjects, now());
    if (seconds > 0) return { kind: 'wait', seconds };
    const person = await findByEmail(database, account);
    const right = await verifyPassword(password, person?.password ?? nobodys);
    if (!right || person?.active !== true) return { kind: 'wrong' };
    await forgiveAttempt(database, subjects);
    return { kind: 'signed-in', personId: person.id };
  };
};

/** One customer commonly holds a whole IPv6 /64, so that is what attempts are counted by. */
export const networkOf = (address: string): string => {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const padded = tail === undefined ? groups : [...groups, ...Array<string>(8).fill('0')];
  return padded.slice(0, 4).join(':');
};
