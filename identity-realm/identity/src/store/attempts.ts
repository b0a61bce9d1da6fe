import { type Database, type Queries, sql } from '@cloister/database';
import { type AttemptKind, delayAfter, forgetAfterSeconds } from '../domain/attempt-delay.ts';
import { sha256 } from './sha256.ts';

const unblocked = new Date(0);

/** Whom an attempt counts against. */
export interface AttemptSubject {
  readonly kind: AttemptKind;
  readonly value: string;
}

/**
 * Counts an attempt as failed before the password is looked at, so that many at once cannot slip under the limit; success
 * takes it back. Returns the seconds still to wait, and then nothing was counted.
 */
export const reserveAttempt = (database: Database, subjects: readonly AttemptSubject[], now: Date): Promise<number> =>
  database.transaction(async (transaction) => {
    const rows = [];
    for (const subject of inLockOrder(subjects))
      rows.push({ ...subject, ...(await lock(transaction, subject.key, now)) });
    const wait = Math.max(
      0,
      ...rows.map(({ blockedUntil }) => Math.ceil((blockedUntil.getTime() - now.getTime()) / 1000)),
    );
    if (wait > 0) return wait;
    for (const { key, kind, failures, lastAt } of rows) {
      const forgotten = now.getTime() - lastAt.getTime() > forgetAfterSeconds * 1000;
      const counted = forgotten ? 1 : failures + 1;
      const delay = delayAfter(kind, counted);
      // Without a delay nobody waits, not even for the milliseconds between two attempts that arrived together.
      const until = delay === 0 ? unblocked : new Date(now.getTime() + delay * 1000);
      await transaction.execute(sql`
        UPDATE sign_in_attempts SET failures = ${counted}, blocked_until = ${until}, last_at = ${now} WHERE subject = ${key}`);
    }
    return 0;
  });

/** After a success: the account starts anew; the address only gets its one back, since others share it. */
export const forgiveAttempt = (database: Database, subjects: readonly AttemptSubject[]): Promise<void> =>
  database.transaction(async (transaction) => {
    for (const { kind, key } of inLockOrder(subjects)) {
      await transaction.execute(
        kind === 'account'
          ? sql`DELETE FROM sign_in_attempts WHERE subject = ${key}`
          : sql`UPDATE sign_in_attempts SET failures = greatest(failures - 1, 0), blocked_until = ${unblocked} WHERE subject = ${key}`,
      );
    }
  });

const lock = (
  transaction: Queries,
  key: Buffer,
  now: Date,
): Promise<{ failures: number; blockedUntil: Date; lastAt: Date }> =>
  transaction.one(sql<{ failures: number; blockedUntil: Date; lastAt: Date }>`
    INSERT INTO sign_in_attempts (subject, failures, blocked_until, last_at) VALUES (${key}, 0, ${unblocked}, ${now})
    ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject
    RETURNING failures, blocked_until AS "blockedUntil", last_at AS "lastAt"`);

// Always the same order, so that two attempts never wait for each other.
const inLockOrder = (subjects: readonly AttemptSubject[]): readonly { kind: AttemptKind; key: Buffer }[] =>
  subjects
    .map(({ kind, value }) => ({ kind, key: sha256(`${kind} ${value}`) }))
    .sort((a, b) => Buffer.compare(a.key, b.key));
