import type { CaseId, KeyRepresentation, KeyUri, KmsResponse } from '@cloister/wire';
import { CloisterError, hostOf, idOf, kmsReply } from '@cloister/wire';
import type { AuditEntry } from '../audit/audit-entry.ts';
import { auditAllowed, auditRefused } from '../audit/audit-of.ts';
import { fillKey, type KeyMaterial, unwrapKeys } from '../batch/release.ts';
import type { KmsContext } from '../context.ts';
import type { Asked, RequestOf } from '../domain/asked.ts';
import { decideRetrieval, organisationsOf, type Retrieval } from '../domain/decide-retrieval.ts';
import { failureOf } from '../domain/failure.ts';
import type { Reader } from '../domain/reader.ts';
import { representKey } from '../domain/represent.ts';
import {
  decideElsewhere,
  type Elsewhere,
  type KeyElsewhere,
  organisationsElsewhere,
  reachElsewhere,
} from '../federation/keys/read-elsewhere.ts';
import { type Meetings, meetingsOf } from '../outside/meetings.ts';
import { type KeyForPerson, keysForPerson } from '../store/key-row.ts';
import { readableTo } from './readable-to.ts';
import { type Standing, standingOf } from './standing-of.ts';
import { takeFor } from './take-for.ts';

type Retrieve = Asked<RequestOf<'retrieveKey'>>;

/** A decision, and the case or the anonymous authorization it rests on. */
type Decided = (Retrieval | { readonly allowed: true; readonly elsewhere: KeyElsewhere }) & {
  readonly caseId?: CaseId | null;
  readonly authorizationId?: string | undefined;
};

/**
 * `retrieve <key>` for many requests of one person or machine at once (R281, R288): one query for keys and rights of each
 * person they read as, one append to the audit, and only then the keys. A response for each request, in their order.
 */
export const retrieveKeys = async (context: KmsContext, asked: readonly Retrieve[]): Promise<KmsResponse[]> => {
  const now = context.now();
  const decisions = await decide(context, asked, now);
  const [material] = await Promise.all([
    materialOf(context, decisions),
    // The rest of this function runs after the audit is durable, or not at all.
    context.audit.append(asked.map((each, index) => auditOf(each, decisions[index], now))),
  ]);
  // Each key is written once, however often it is asked for.
  const written = new Map<KeyForPerson | KeyUri, KeyRepresentation>();
  return asked.map(({ request }, index) => {
    const decision = decisions[index];
    if (!decision?.allowed) return failureOf(request.requestId, decision?.error ?? new CloisterError('kms/internal'));
    const name = 'key' in decision ? decision.key : request.keyUri;
    const filled = written.get(name) ?? fillKey(representationOf(context, decision), material);
    written.set(name, filled);
    return kmsReply.key(request.requestId, filled);
  });
};

type Allowed = Extract<Decided, { allowed: true }>;

const representationOf = ({ kmsHost }: KmsContext, decision: Allowed): KeyRepresentation =>
  'key' in decision ? representKey(kmsHost, decision.key, resourceOf(decision.key)) : decision.elsewhere.representation;

const materialOf = async (context: KmsContext, decisions: readonly Decided[]): Promise<KeyMaterial> => {
  const allowed = decisions.flatMap((decision) => (decision.allowed ? [decision] : []));
  const elsewhere = allowed.flatMap((decision) => ('elsewhere' in decision ? [decision.elsewhere.material] : []));
  const own = [
    ...allowed.flatMap((decision) => ('key' in decision ? [decision.key] : [])),
    ...elsewhere.flatMap((material) => ('own' in material ? [material.own] : [])),
  ];
  const foreign = elsewhere.flatMap((material) => ('foreign' in material ? [material.foreign] : []));
  const ofOwn = await unwrapKeys(context.kmsHost, context.keks, own);
  return foreign.length === 0 ? ofOwn : new Map([...ofOwn, ...(await context.foreignKeys.open(foreign))]);
};

const decide = async (context: KmsContext, asked: readonly Retrieve[], now: Date): Promise<Decided[]> => {
  const standings = await Promise.all(asked.map((each) => standingOf(context, each).catch(orError)));
  const readers = new Map(standings.flatMap((each) => (isError(each) ? [] : [[each.personId, each] as const])));
  const rights = new Map<string, Rights>();
  for (const [personId, reader] of readers) {
    const ids = asked.flatMap(({ request: { keyUri } }, index) =>
      isOf(standings[index], personId) && hostOf(keyUri) === context.kmsHost ? [idOf(keyUri)] : [],
    );
    rights.set(personId, await rightsOf(context, reader, [...new Set(ids)], now));
  }
  const elsewhere = await elsewhereOf(context, asked, [...rights.values()]);
  const meets = await meetingsOf(context, context.database, involvedIn(asked, [...rights.values()], elsewhere));
  return asked.map((each, index) => {
    const standing = standings[index];
    if (standing === undefined || isError(standing)) return refused(standing);
    const known = { standing, rights: rights.get(standing.personId), elsewhere, meets };
    return decideOne(context, each, known, now);
  });
};

/** The organisations of who asks and of what they ask for. */
const involvedIn = (asked: readonly Retrieve[], rights: readonly Rights[], elsewhere: Elsewhere): Set<string> =>
  new Set([
    ...asked.map(({ caller }) => caller.organisationId),
    ...rights.flatMap(({ rows }) => organisationsOf(rows.values())),
    ...organisationsElsewhere(elsewhere),
  ]);

type Rights = { readonly rows: ReadonlyMap<string, KeyForPerson>; readonly readable: ReadonlySet<string> };

const rightsOf = async (
  { database }: KmsContext,
  reader: Reader,
  ids: readonly string[],
  now: Date,
): Promise<Rights> => {
  const rows = new Map((await keysForPerson(database, ids, reader.personId, now)).map((row) => [row.keyId, row]));
  // Most people stand on the list themselves; only for the others it is worth a look through other resources.
  const indirect = [...rows.values()].flatMap((row) =>
    row.resourceId !== null && !row.isDirect ? [row.resourceId] : [],
  );
  return { rows, readable: await readableTo(database, [...new Set(indirect)], reader, now) };
};

const nothingElsewhere: Elsewhere = { keys: new Map(), lists: new Map(), isFrozen: false };

/** Most batches have nothing elsewhere, and wait for nobody. */
const elsewhereOf = async (
  context: KmsContext,
  asked: readonly Retrieve[],
  rights: readonly Rights[],
): Promise<Elsewhere> => {
  const own: KeyForPerson[] = [];
  for (const { rows } of rights) for (const row of rows.values()) if (row.foreignResource !== null) own.push(row);
  const isHere = own.length === 0 && asked.every(({ request }) => hostOf(request.keyUri) === context.kmsHost);
  if (isHere) return nothingElsewhere;
  const uris = asked.map(({ request }) => request.keyUri);
  return reachElsewhere(context, { uris, own, organisationId: asked[0]?.caller.organisationId ?? '' });
};

type Known = {
  readonly standing: Standing;
  readonly rights: Rights | undefined;
  readonly elsewhere: Elsewhere;
  readonly meets: Meetings;
};

const decideOne = (
  context: KmsContext,
  { request, caller }: Retrieve,
  { standing, rights, elsewhere, meets: all }: Known,
  now: Date,
): Decided => {
  const { kmsHost } = context;
  const { keyUri: uri } = request;
  if (rights === undefined) return refused(undefined);
  const { presented, caseId } = standing;
  const readable = presented === null ? rights.readable : new Set([...rights.readable, presented.resourceId]);
  const key = hostOf(uri) === kmsHost ? rights.rows.get(idOf(uri)) : undefined;
  const isElsewhere = hostOf(uri) !== kmsHost || (key?.foreignResource ?? null) !== null;
  const { organisationId } = caller;
  const meets = (other: string) => all(organisationId, other);
  const decision = isElsewhere
    ? orRefused(() => decideElsewhere(context, elsewhere, { uri, own: key, meets }, standing))
    : decideRetrieval(key, { kmsHost, reader: standing, readable, meets, now });
  const limited = decision.allowed ? takeOrError(context, caller) : undefined;
  const decided = limited === undefined ? decision : refused(limited);
  return { ...decided, caseId, authorizationId: presented?.authorizationId };
};

const orRefused = (decide: () => KeyElsewhere): Decided => {
  try {
    return { allowed: true, elsewhere: decide() };
  } catch (error) {
    return refused(orError(error));
  }
};

const isError = (standing: Standing | CloisterError): standing is CloisterError => standing instanceof CloisterError;

const isOf = (standing: Standing | CloisterError | undefined, personId: string): boolean =>
  standing !== undefined && !isError(standing) && standing.personId === personId;

/** A refusal as a value: others of the same batch go on. */
const orError = (error: unknown): CloisterError => {
  if (error instanceof CloisterError) return error;
  throw error;
};

const takeOrError = (context: KmsContext, caller: Retrieve['caller']): CloisterError | undefined => {
  try {
    takeFor(context, caller, 1);
    return undefined;
  } catch (error) {
    return orError(error);
  }
};

const refused = (error: CloisterError | undefined): Retrieval => ({
  allowed: false,
  error: error ?? new CloisterError('kms/internal'),
});

const auditOf = (asked: Retrieve, decision: Decided | undefined, now: Date): AuditEntry => {
  const entry = decision?.allowed
    ? auditAllowed(asked, { ...nothing, ...namesOf(asked, decision), authorizationId: decision.authorizationId }, now)
    : auditRefused(asked, decision?.error ?? new CloisterError('kms/internal'), now);
  return decision?.caseId ? { ...entry, caseId: decision.caseId } : entry;
};

const namesOf = ({ request }: Retrieve, decision: Allowed) =>
  'key' in decision ? { keys: [decision.key] } : { keyUris: [request.keyUri] };

/** The audit names keys, not responses. */
const nothing = { response: kmsReply.done('-'), keys: [], resource: null, subjects: [], keyUris: [] };

const resourceOf = ({ listVersion, roomId }: KeyForPerson) => (listVersion === null ? null : { listVersion, roomId });
