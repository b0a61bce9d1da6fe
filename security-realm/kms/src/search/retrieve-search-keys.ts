import { CloisterError, idOf, type KmsResponse, kmsReply, type ResourceUri, type RoomId } from '@cloister/wire';
import type { AuditEntry } from '../audit/audit-entry.ts';
import { auditAllowed, auditRefused } from '../audit/audit-of.ts';
import type { KmsContext } from '../context.ts';
import type { Asked, RequestOf } from '../domain/asked.ts';
import { failureOf } from '../domain/failure.ts';
import { readerOf } from '../domain/reader.ts';
import { type ListView, viewLists } from '../federation/lists/list-view.ts';
import { takeFor } from '../operations/take-for.ts';
import { meetingsOf } from '../outside/meetings.ts';
import { checkIndexed } from './check-indexed.ts';
import { openSearchKeys, searchKeysOf } from './search-keys.ts';
import type { SearchKeyRow } from './store/search-key-row.ts';

type Retrieve = Asked<RequestOf<'retrieveSearchKeys'>>;

/** The list that allows a request, and the keys it is given. */
type Allowed = { readonly list: ListView; readonly rows: readonly SearchKeyRow[] };

/**
 * `retrieve <resource>/searchKeys` for many requests of one machine at once (wires.md §14, R392): the lists that decide,
 * wherever they are at home, one query for the keys, one append to the audit, and only then the keys. A response for each
 * request, in their order. Who asked is what the audit of a stolen machine shows, so each request is a line.
 */
export const retrieveSearchKeys = async (context: KmsContext, asked: readonly Retrieve[]): Promise<KmsResponse[]> => {
  const decisions = await withKeys(context, asked, await listsFor(context, asked));
  const [opened] = await Promise.all([
    Promise.all(decisions.map((each) => (each instanceof CloisterError ? [] : openSearchKeys(context, each.rows)))),
    // The rest of this function runs after the audit is durable, or not at all.
    context.audit.append(asked.map((each, index) => auditOf(each, decided(decisions, index), context.now()))),
  ]);
  return asked.map(({ request: { requestId } }, index) => {
    const decision = decided(decisions, index);
    return decision instanceof CloisterError
      ? failureOf(requestId, decision)
      : kmsReply.searchKeys(requestId, opened[index] ?? []);
  });
};

/** The list by which each may ask. Home is asked for one only in the name of a machine that may have keys at all. */
const listsFor = async (context: KmsContext, asked: readonly Retrieve[]): Promise<(ListView | CloisterError)[]> => {
  const known = { status: context.status, now: context.now() };
  const readers = asked.map((each) => orRefused(() => readerOf(known, each)));
  const uris = asked.flatMap(({ request }, index) =>
    readers[index] instanceof CloisterError ? [] : [request.resourceUri],
  );
  const lists = await viewLists(context, uris);
  const involved = [...lists.values()].flatMap((list) => (list instanceof CloisterError ? [] : [list.organisationId]));
  const own = asked.map(({ caller }) => caller.organisationId);
  const meets = await meetingsOf(context, context.database, [...own, ...involved]);
  return asked.map(({ request, caller }, index) =>
    orRefused(() => {
      const [reader, list] = [decided(readers, index), lists.get(request.resourceUri) ?? internal()];
      if (reader instanceof CloisterError) throw reader;
      if (list instanceof CloisterError) throw list;
      checkIndexed(reader, list, (other) => meets(caller.organisationId, other));
      // However many epochs there are: together they are what opens one index.
      takeFor(context, caller, 1);
      return list;
    }),
  );
};

const withKeys = async (
  context: KmsContext,
  asked: readonly Retrieve[],
  lists: readonly (ListView | CloisterError)[],
): Promise<(Allowed | CloisterError)[]> => {
  const uris = new Set(
    asked.flatMap(({ request }, index) => (lists[index] instanceof CloisterError ? [] : [request.resourceUri])),
  );
  const keys = await keysOrRefusal(context, asked[0]?.caller.organisationId ?? '', [...uris]);
  return asked.map(({ request }, index) => {
    const list = decided(lists, index);
    if (list instanceof CloisterError) return list;
    if (keys instanceof CloisterError) return keys;
    const rows = keys.get(request.resourceUri) ?? [];
    // All or none: an index of which an epoch is missing would look complete.
    return rows.some(({ isRevoked }) => isRevoked) ? new CloisterError('kms/revoked') : { list, rows };
  });
};

const keysOrRefusal = async (context: KmsContext, organisationId: string, uris: readonly ResourceUri[]) => {
  try {
    return await searchKeysOf(context, organisationId, uris);
  } catch (error) {
    if (error instanceof CloisterError && error.code === 'kms/revoked') return error;
    throw error;
  }
};

const auditOf = (asked: Retrieve, decision: Allowed | CloisterError, now: Date): AuditEntry => {
  if (decision instanceof CloisterError) return auditRefused(asked, decision, now);
  const { roomId } = decision.list;
  return {
    ...auditAllowed(asked, nothing, now),
    resourceId: idOf(asked.request.resourceUri),
    ...(roomId === null ? {} : { roomId: roomId as RoomId }),
  };
};

/** Search keys have no address: the audit names what they are for. */
const nothing = { response: kmsReply.done('-'), keys: [], resource: null, subjects: [], keyUris: [] };

/** A refusal as a value: others of the same batch go on. */
const orRefused = <T>(decide: () => T): T | CloisterError => {
  try {
    return decide();
  } catch (error) {
    if (error instanceof CloisterError) return error;
    throw error;
  }
};

const internal = (): CloisterError => new CloisterError('kms/internal');

const decided = <T>(decisions: readonly (T | CloisterError)[], index: number): T | CloisterError =>
  decisions[index] ?? internal();
