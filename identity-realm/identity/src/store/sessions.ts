import { type Queries, sql } from '@cloister/database';
import type { MachineId, SessionId, UserId } from '@cloister/wire';
import { deleteOidcRowsOfGrant } from './oidc-rows.ts';
import { appendStatus } from './status-log.ts';

/** A sign-in of a person at a client, or of a machine account when there is no person. */
export interface NewSession {
  readonly sid: SessionId;
  readonly personId: UserId | null;
  readonly clientId: string;
  readonly at: Date;
}

/** Keeps the session; one that is known stays as it is. */
export const openSession = async (queries: Queries, { sid, personId, clientId, at }: NewSession): Promise<void> => {
  await queries.execute(sql`
    INSERT INTO sessions (sid, person_id, client_id, created_at) VALUES (${sid}, ${personId}, ${clientId}, ${at})
    ON CONFLICT (sid) DO NOTHING`);
};

/** Ends the session, tells the realms and forgets what could renew its tokens. Ending it twice is one statement. */
export const revokeSession = async (transaction: Queries, sid: SessionId, at: Date): Promise<void> => {
  const revoked = await transaction.execute(
    sql`UPDATE sessions SET revoked_at = ${at} WHERE sid = ${sid} AND revoked_at IS NULL`,
  );
  await deleteOidcRowsOfGrant(transaction, sid);
  const revokedAt = Math.floor(at.getTime() / 1000);
  if (revoked > 0) await appendStatus(transaction, { kind: 'session', sid, revokedAt });
};

/** Ends every session of a person. */
export const revokeSessionsOf = async (transaction: Queries, personId: UserId, at: Date): Promise<void> => {
  const live = await transaction.rows(sql<{ sid: SessionId }>`
    SELECT sid FROM sessions WHERE person_id = ${personId} AND revoked_at IS NULL ORDER BY created_at, sid FOR UPDATE`);
  for (const { sid } of live) await revokeSession(transaction, sid, at);
};

/** Whether tokens of the session are good: it exists, nobody ended it, and its person may still sign in. */
export const isSessionLive = async (queries: Queries, sid: SessionId): Promise<boolean> =>
  (await queries.maybe(sql`
    SELECT 1 FROM sessions s LEFT JOIN people p ON p.id = s.person_id
    WHERE s.sid = ${sid} AND s.revoked_at IS NULL AND (s.person_id IS NULL OR p.active)`)) !== null;

/** Ends the lasting session of a machine account, if it has one. */
export const revokeMachineSession = async (transaction: Queries, id: MachineId, at: Date): Promise<void> => {
  const live = await transaction.rows(sql<{ sid: SessionId }>`
    SELECT sid FROM sessions WHERE client_id = ${id} AND person_id IS NULL AND revoked_at IS NULL FOR UPDATE`);
  for (const { sid } of live) await revokeSession(transaction, sid, at);
};

/** The lasting session of a machine account; made when it is first needed or after it was ended. */
export const machineSession = async (
  transaction: Queries,
  { sid, clientId, at }: Omit<NewSession, 'personId'>,
): Promise<SessionId> => {
  await transaction.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`machine session ${clientId}`}, 0))`);
  const known = await transaction.maybe(sql<{ sid: SessionId }>`
    SELECT sid FROM sessions WHERE client_id = ${clientId} AND person_id IS NULL AND revoked_at IS NULL`);
  if (known !== null) return known.sid;
  await openSession(transaction, { sid, personId: null, clientId, at });
  return sid;
};
