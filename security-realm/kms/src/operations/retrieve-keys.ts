import type { KeyRepresentation, KmsResponse } from '@cloister/wire';
import { CloisterError, hostOf, idOf, kmsReply } from '@cloister/wire';
import { auditAllowed, auditRefused } from '../audit/audit-of.ts';
import { fillKey, unwrapKeys } from '../batch/release.ts';
import type { KmsContext } from '../context.ts';
import type { Asked, RequestOf } from '../domain/asked.ts';
import { decideRetrieval, type Retrieval } from '../domain/decide-retrieval.ts';
import { failureOf } from '../domain/failure.ts';
import { representKey } from '../domain/represent.ts';
import { readableBy } from '../store/authorization-row.ts';
import { type KeyForPerson, keysForPerson } from '../store/key-row.ts';

type Retrieve = Asked<RequestOf<'retrieveKey'>>;

/**
 * `retrieve <key>` for many requests of one person at once (R281, R288): one query for keys and rights, one append to the
 * audit, and only then the keys. A response for each request, in their order.
 */
export const retrieveKeys = async (context: KmsContext, asked: readonly Retrieve[]): Promise<KmsResponse[]> => {
  const personId = asked[0]?.caller.personId;
  if (personId === undefined) return [];
  const now = context.now();
  const decisions = await decide(context, asked, personId, now);
  const allowed = decisions.flatMap((decision) => (decision.allowed ? [decision.key] : []));
  const [material] = await Promise.all([
    unwrapKeys(context.keks, allowed),
    // The rest of this function runs after the audit is durable, or not at all.
    context.audit.append(asked.map((each, index) => auditOf(each, decisions[index], now))),
  ]);
  // Each key is written once, however often it is asked for.
  const written = new Map<KeyForPerson, KeyRepresentation>();
  return asked.map(({ request }, index) => {
    const decision = decisions[index];
    if (!decision?.allowed) return failureOf(request.requestId, decision?.error ?? new CloisterError('kms/internal'));
    const { key } = decision;
    const filled = written.get(key) ?? fillKey(representKey(context.kmsHost, key, resourceOf(key)), material);
    written.set(key, filled);
    return kmsReply.key(request.requestId, filled);
  });
};

const decide = async (
  { kmsHost, database }: KmsContext,
  asked: readonly Retrieve[],
  personId: string,
  now: Date,
): Promise<Retrieval[]> => {
  const ids = [...new Set(asked.map(({ request }) => idOf(request.keyUri)))];
  const rows = new Map((await keysForPerson(database, ids, personId)).map((row) => [row.keyId, row]));
  // Most people stand on the list themselves; only for the others it is worth a look through other resources.
  const indirect = [...rows.values()].flatMap((row) =>
    row.resourceId !== null && !row.isDirect ? [row.resourceId] : [],
  );
  const readable =
    indirect.length === 0 ? new Set<string>() : await readableBy(database, [...new Set(indirect)], personId);
  return asked.map(({ request }) =>
    hostOf(request.keyUri) === kmsHost
      ? decideRetrieval(rows.get(idOf(request.keyUri)), { kmsHost, personId, readable, now })
      : { allowed: false, error: foreign() },
  );
};

const foreign = () =>
  new CloisterError('kms/unsupported', { detail: 'keys of another key server cannot be reached yet' });

const auditOf = (asked: Retrieve, decision: Retrieval | undefined, now: Date) =>
  decision?.allowed
    ? auditAllowed(asked, { response: unread, keys: [decision.key], resource: null, subjects: [], keyUris: [] }, now)
    : auditRefused(asked, decision?.error ?? new CloisterError('kms/internal'), now);

/** The audit names keys, not responses. */
const unread = kmsReply.done('-');

const resourceOf = ({ listVersion, roomId }: KeyForPerson) => (listVersion === null ? null : { listVersion, roomId });
