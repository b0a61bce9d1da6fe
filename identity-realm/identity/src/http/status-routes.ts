import { claimedRealm } from '@cloister/verify';
import {
  CloisterError,
  type KmsHost,
  type OrganisationId,
  parsePeopleQuestion,
  peopleStatementType,
  statusType,
} from '@cloister/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { type StatementKey, signStatement } from '../status/sign-statement.ts';
import { mostEntries, statusPayload } from '../status/status-statement.ts';
import type { StatusWake } from '../status/status-wake.ts';
import { statedPeople } from '../store/stated-people.ts';
import { readStatus } from '../store/status-log.ts';

const longestWait = 20;

interface Wait {
  readonly after: number;
  readonly wait: number;
  /** Whose cases the answer may hold. */
  readonly organisationIds: readonly OrganisationId[];
  readonly signal: AbortSignal;
}

/** What identity tells registered realms, signed: the status feed (wires.md §2), and of people whom it does not tell of (§13). */
export const statusRoutes = (
  app: FastifyInstance,
  context: Context,
  feed: { readonly wake: StatusWake; readonly key: StatementKey },
): void => {
  const { config, database, signer, now } = context;

  app.get('/identity/status/v1/feed', async (request, reply) => {
    const { organisationIds = [] } = await authenticateRealm(context, request);
    const { after, wait } = parseQuery(request.query as Readonly<Record<string, unknown>>);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const concerns = organisationIds as OrganisationId[];
    const state = await readAfter({ after, wait, organisationIds: concerns, signal: gone.signal });
    const statement = { issuer: config.issuer, after, ...state, tokenKeys: signer.publicKeys, now: now() };
    reply.type('application/jose');
    return signStatement(feed.key, statusType, statusPayload(statement));
  });

  app.post('/identity/status/v1/people', async (request, reply) => {
    const { kmsHost } = await authenticateRealm(context, request);
    const { ids } = parsePeopleQuestion(request.body);
    const people = await statedPeople(database, [...new Set(ids)]);
    const issuedAt = Math.floor(now().getTime() / 1000);
    reply.type('application/jose');
    return signStatement(feed.key, peopleStatementType, {
      iss: config.issuer,
      aud: kmsHost as KmsHost,
      issuedAt,
      people: [...people],
    });
  });

  /** What grew after `after`, at once or within the wait. Being woken proves nothing: the listener may only have been renewed. */
  const readAfter = async ({ after, wait, organisationIds, signal }: Wait) => {
    const end = performance.now() + wait * 1000;
    for (;;) {
      const left = feed.wake.closed || signal.aborted ? 0 : end - performance.now();
      const woken = left > 0 ? feed.wake.next(left, signal) : undefined;
      const state = await readStatus(database, { after, limit: mostEntries, organisationIds });
      if (woken === undefined || state.head !== after) return state;
      await woken;
    }
  };
};

const authenticateRealm = async ({ verifyRealm, joined, now }: Context, request: FastifyRequest) => {
  const bearer = /^Bearer ([A-Za-z0-9._-]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer === undefined) throw new CloisterError('identity/invalid-token');
  await joined.look(claimedRealm(bearer));
  return verifyRealm(bearer, { now: now().getTime() });
};

/** `after` and `wait` of the query. @throws CloisterError `identity/invalid-request` */
export const parseQuery = (query: Readonly<Record<string, unknown>>): { after: number; wait: number } => {
  const after = wholeNumber(query.after ?? '0');
  const wait = wholeNumber(query.wait ?? '0');
  if (after === undefined || wait === undefined) throw new CloisterError('identity/invalid-request');
  return { after, wait: Math.min(wait, longestWait) };
};

const wholeNumber = (text: unknown): number | undefined =>
  typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
