import { type Queries, sql } from '@cloister/database';
import { forgetAfterSeconds } from '../domain/attempt-delay.ts';

/** Deletes what its time has ended: codes, tokens and cookies, proofs, invitations, old failures. */
export const forgetExpired = async (queries: Queries, now: Date): Promise<void> => {
  const dayAgo = new Date(now.getTime() - forgetAfterSeconds * 1000);
  await queries.execute(sql`DELETE FROM oidc_records WHERE expires_at <= ${now}`);
  await queries.execute(sql`DELETE FROM used_proofs WHERE expires_at <= ${now}`);
  await queries.execute(sql`DELETE FROM invitations WHERE expires_at <= ${now}`);
  await queries.execute(sql`DELETE FROM sign_in_attempts WHERE last_at <= ${dayAgo} AND blocked_until <= ${now}`);
};
