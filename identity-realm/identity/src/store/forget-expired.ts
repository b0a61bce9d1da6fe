import { type Queries, sql } from '@cloister/database';
import { forgetAfterSeconds } from '../domain/attempt-delay.ts';

// A day longer than a sign-in lasts, so that its last tokens have ended.
const sessionDays = 91;

/** Deletes what its time has ended: codes, tokens and cookies, proofs, invitations, old failures. */
export const forgetExpired = async (queries: Queries, now: Date): Promise<void> => {
  const dayAgo = new Date(now.getTime() - forgetAfterSeconds * 1000);
  await queries.execute(sql`DELETE FROM oidc_records WHERE expires_at <= ${now}`);
  await queries.execute(sql`DELETE FROM used_proofs WHERE expires_at <= ${now}`);
  await queries.execute(sql`DELETE FROM invitations WHERE expires_at <= ${now}`);
  const longAgo = new Date(now.getTime() - sessionDays * 24 * 60 * 60 * 1000);
  await queries.execute(sql`DELETE FROM sessions WHERE person_id IS NOT NULL AND created_at <= ${longAgo}`);
  await queries.execute(sql`DELETE FROM sign_in_attempts WHERE last_at <= ${dayAgo} AND blocked_until <= ${now}`);
};
