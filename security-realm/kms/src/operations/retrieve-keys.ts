import type { KeyRepresentation, KmsResponse } from '@cloister/wire';
import { CloisterError, hostOf, idOf, kmsReply } from '@cloister/wire';
import type { AuditEntry } from '../audit/audit-entry.ts';
import { auditAllowed, auditRefused } from '../audit/audit-of.ts';
import { fillKey, unwrapKeys } from '../batch/release.ts';
import type { KmsContext } from '../context.ts';
import type { Asked, RequestOf } from '../domain/asked.ts';
import { decideRetrieval, type Retrieval } from '../domain/decide-retrieval.ts';
import { failureOf } from '../domain/failure.ts';
import { type Reader, readerOf } from '../domain/reader.ts';
import { representKey } from '../domain/represent.ts';
import { readableBy } from '../store/authorization-row.ts';
import { type KeyForPerson, keysForPerson } from '../store/key-row.ts';
import { takeFor } from './take-for.ts';

type Retrieve = Asked<RequestOf<'retrieveKey'>>;

/** A decision, and the case it rests on. */
type Decided = Retrieval & Partial<Pick<Reader, 'caseId'>>;

/**
 * `retrieve <key>` for many requests of one person or machine at once (R281, R288): one query for keys and rights of each
 * person they read as, one append to the audit, and only then the keys. A response for each request, in their order.
 */
export const retrieveKeys = async (context: KmsContext, asked: readonly Retrieve[]): Promise<KmsResponse[]> => {
  const now = context.now();
  const decisions = await decide(context, asked, now);
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

const decide = async (context: KmsContext, asked: readonly Retrieve[], now: Date): Promise<Decided[]> => {
  const readers = asked.map((each) => orError(() => readerOf({ status: context.status, now }, each)));
  const people = new Set(readers.flatMap((reader) => (reader instanceof CloisterError ? [] : [reader.personId])));
  const rights = new Map<string, Rights>();
  for (const personId of people) {
    const ids = asked.flatMap(({ request }, index) => (isOf(readers[index], personId) ? [idOf(request.keyUri)] : []));
    rights.set(personId, await rightsOf(context, personId, [...new Set(ids)]));
  }
  return asked.map((each, index) => {
    const reader = readers[index];
    if (reader === undefined || reader instanceof CloisterError) return refused(reader);
    return decideOne(context, each, reader, rights.get(reader.personId), now);
  });
};

type Rights = { readonly rows: ReadonlyMap<string, KeyForPerson>; readonly readable: ReadonlySet<string> };

const rightsOf = async ({ database }: KmsContext, personId: string, ids: readonly string[]): Promise<Rights> => {
  const rows = new Map((await keysForPerson(database, ids, personId)).map((row) => [row.keyId, row]));
  // Most people stand on the list themselves; only for the others it is worth a look through other resources.
  const indirect = [...rows.values()].flatMap((row) =>
    row.resourceId !== null && !row.isDirect ? [row.resourceId] : [],
  );
  const readable =
    indirect.length === 0 ? new Set<string>() : await readableBy(database, [...new Set(indirect)], personId);
  return { rows, readable };
};

const decideOne = (
  context: KmsContext,
  { request, caller }: Retrieve,
  reader: Reader,
  rights: Rights | undefined,
  now: Date,
): Decided => {
  const { kmsHost } = context;
  if (hostOf(request.keyUri) !== kmsHost) return refused(foreign());
  if (rights === undefined) return refused(undefined);
  const key = rights.rows.get(idOf(request.keyUri));
  const decision = decideRetrieval(key, { kmsHost, reader, readable: rights.readable, now });
  const limited = decision.allowed ? orError(() => takeFor(context, caller, 1)) : undefined;
  return { ...(limited instanceof CloisterError ? refused(limited) : decision), caseId: reader.caseId };
};

const isOf = (reader: Reader | CloisterError | undefined, personId: string): boolean =>
  reader !== undefined && !(reader instanceof CloisterError) && reader.personId === personId;

/** A refusal as a value: others of the same batch go on. */
const orError = <T>(decide: () => T): T | CloisterError => {
  try {
    return decide();
  } catch (error) {
    if (error instanceof CloisterError) return error;
    throw error;
  }
};

const refused = (error: CloisterError | undefined): Retrieval => ({
  allowed: false,
  error: error ?? new CloisterError('kms/internal'),
});

const foreign = () =>
  new CloisterError('kms/unsupported', { detail: 'keys of another key server cannot be reached yet' });

const auditOf = (asked: Retrieve, decision: Decided | undefined, now: Date): AuditEntry => {
  const entry = decision?.allowed
    ? auditAllowed(asked, { response: unread, keys: [decision.key], resource: null, subjects: [], keyUris: [] }, now)
    : auditRefused(asked, decision?.error ?? new CloisterError('kms/internal'), now);
  return decision?.caseId ? { ...entry, caseId: decision.caseId } : entry;
};

/** The audit names keys, not responses. */
const unread = kmsReply.done('-');

const resourceOf = ({ listVersion, roomId }: KeyForPerson) => (listVersion === null ? null : { listVersion, roomId });
