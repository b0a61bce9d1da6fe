import type { IndexerClient } from '@cloister/sdk';
import { sealText } from '@cloister/seal';
import { approximate } from '@cloister/search-terms';
import { CloisterError, type CompactJwe, type ErrorCode, type QueryToPlan } from '@cloister/wire';
import type { AskedBefore } from './asked-before.ts';
import { chooseRooms } from './choose-rooms.ts';
import { LostIndexes } from './lost-indexes.ts';
import { makePlans } from './make-plans.ts';
import { openQuestion } from './open-question.ts';
import type { PlanningParts } from './plan-rooms.ts';

export type QueryParts = PlanningParts & {
  readonly client: Pick<IndexerClient, 'queryKey' | 'plan' | 'answer' | 'refuse' | 'dropGeneration'>;
  readonly asked: AskedBefore;
  /** Which part of the asker's rooms that a query leaves out is asked for nothing; 0 to 1. */
  readonly dummies: number;
  /** What the organisation's own index gives away (wires.md §14, "Figures"), as JSON; null while nobody has looked. */
  readonly figures: () => Promise<string | null>;
  /** Told how many terms a query looks for. */
  readonly searched: (terms: number) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly startedAt: number;
};

/** How a query ended, for who counts. */
export type QueryOutcome =
  | { readonly kind: 'planned'; readonly plans: number; readonly bytes: number }
  | { readonly kind: 'answered' }
  | { readonly kind: 'refused'; readonly code: ErrorCode }
  /** Nobody waits for it any more. */
  | { readonly kind: 'gone' };

/**
 * Opens a query, judges it, and hands the core its plans, or what the indexer answers by itself; or says why not.
 * @throws CloisterError `…/function-off`, and whatever keeps a refusal from being told
 */
export async function answerQuery(parts: QueryParts, query: QueryToPlan, signal: AbortSignal): Promise<QueryOutcome> {
  try {
    return await answer(parts, query, signal);
  } catch (fault) {
    signal.throwIfAborted();
    const code = fault instanceof CloisterError ? fault.code : 'platform/internal';
    if (code === 'core/query-gone') return { kind: 'gone' };
    if (code.endsWith('/function-off')) throw fault;
    if (fault instanceof LostIndexes) {
      // Without them the core says that the room has no index, which is true; with them, that there is nothing in it.
      for (const { roomId, generation } of fault.indexes)
        await parts.client.dropGeneration(roomId, generation, { signal });
    }
    return refuse(parts, query, codeForAsker(code), signal);
  }
}

async function answer(parts: QueryParts, query: QueryToPlan, signal: AbortSignal): Promise<QueryOutcome> {
  const { client, asked, dummies, random, now, startedAt } = parts;
  const key = await client.queryKey(query.encryptionKeyUrl, { signal });
  try {
    const question = await openQuestion(query, key, { asked, now: now(), startedAt });
    if (question.kind === 'figures') {
      const figures = await parts.figures();
      if (figures === null) return await refuse(parts, query, 'core/search-unavailable', signal);
      await client.answer(query.id, (await sealText(key.key, figures)) as CompactJwe, { signal });
      return { kind: 'answered' };
    }
    const rooms = chooseRooms(query.rooms, question.rooms, question.query, dummies, random);
    let plans = 0;
    let bytes = 0;
    for await (const plan of makePlans(parts, question.query, rooms)) {
      await client.plan(query.id, plan, { signal });
      plans += 1;
      bytes += plan.length;
    }
    await parts.searched(new Set(approximate(question.query)?.slots.flat()).size);
    return { kind: 'planned', plans, bytes };
  } finally {
    key.key.destroy();
  }
}

async function refuse(
  { client }: QueryParts,
  { id }: QueryToPlan,
  code: ErrorCode,
  signal: AbortSignal,
): Promise<QueryOutcome> {
  try {
    await client.refuse(id, code, { signal });
    return { kind: 'refused', code };
  } catch (fault) {
    if (fault instanceof CloisterError && fault.code === 'core/query-gone') return { kind: 'gone' };
    throw fault;
  }
}

/** What is wrong with the question, or with keys, its asker can do something about; of the rest it helps to ask again. */
function codeForAsker(code: ErrorCode): ErrorCode {
  if (/^(core|kms|search)\//.test(code)) return code;
  return /^(seal|wire)\//.test(code) ? 'core/query-refused' : 'core/search-unavailable';
}
