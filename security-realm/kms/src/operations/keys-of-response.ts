import type { Queries } from '@cloister/database';
import { idOf, type KmsResponse } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { Asked } from '../domain/asked.ts';
import { decideRetrieval, organisationsOf } from '../domain/decide-retrieval.ts';
import { meetingsOf } from '../outside/meetings.ts';
import { readableBy } from '../store/authorization-row.ts';
import { type KeyRow, keysForPerson } from '../store/key-row.ts';

/**
 * The keys that a stored response names, when the person may still have them: a result kept from before a removal gives
 * nothing away after it (R333).
 * @throws CloisterError the refusal of the first key that the person may not have
 */
export const keysOfResponse = async (
  context: Pick<KmsContext, 'kmsHost' | 'now' | 'organisations' | 'status'>,
  queries: Queries,
  { personId, organisationId }: Pick<Asked['caller'], 'personId' | 'organisationId'>,
  response: KmsResponse,
): Promise<KeyRow[]> => {
  const { kmsHost, now } = context;
  const named = response.key === undefined ? (response.keys ?? []) : [response.key];
  if (named.length === 0) return [];
  const ids = named.map(({ uri }) => idOf(uri));
  const rows = new Map((await keysForPerson(queries, ids, personId, now())).map((row) => [row.keyId, row]));
  const resources = [...rows.values()].flatMap(({ resourceId }) => (resourceId === null ? [] : [resourceId]));
  const readable = await readableBy(queries, [...new Set(resources)], personId, now());
  const meets = await meetingsOf(context, queries, [organisationId, ...organisationsOf(rows.values())]);
  return ids.map((id) => {
    const decision = decideRetrieval(rows.get(id), {
      kmsHost,
      reader: { personId, machineOf: null },
      readable,
      meets: (other) => meets(organisationId, other),
      now: now(),
    });
    if (!decision.allowed) throw decision.error;
    return decision.key;
  });
};
