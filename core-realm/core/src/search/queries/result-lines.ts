import type { Database } from '@cloister/database';
import type { Log } from '@cloister/logging';
import { CloisterError, type Reach } from '@cloister/wire';
import { activityJson, type Telling } from '../../domain/activity-json.ts';
import type { SearchIndex } from '../index/index.ts';
import { type FoundMessage, foundActivities } from '../store/found-activities.ts';
import { reachOf } from '../store/reach.ts';
import type { AskedQuery } from './asked-query.ts';
import { QueryEnded } from './plan-list.ts';

export interface ResultLinesOptions {
  readonly db: Database;
  readonly log: Log;
  readonly index: Pick<SearchIndex, 'search'>;
}

/** Characters of messages in one line, about: a page of large ones comes in several. */
const lineLength = 256 * 1024;

/**
 * A page of a query's answer, line by line (docs/wires.md §14): messages as they are found, how far the search reached, and how it ended. What
 * goes wrong after the first byte is a line too.
 */
export async function* resultLines(
  query: AskedQuery,
  after: string | undefined,
  telling: Telling,
  options: ResultLinesOptions,
): AsyncGenerator<string> {
  try {
    yield* pageLines(query, after, telling, options);
  } catch (error) {
    const code = error instanceof QueryEnded || error instanceof CloisterError ? error.code : 'core/internal';
    if (code === 'core/internal') options.log.failure('search.failed', error);
    yield lineOf({ type: 'failed', code });
  }
}

async function* pageLines(
  query: AskedQuery,
  after: string | undefined,
  telling: Telling,
  { db, index }: ResultLinesOptions,
): AsyncGenerator<string> {
  const { asker, plans } = query;
  if ((await plans.begun()) === 'answered') {
    yield lineOf({ type: 'answer', sealed: query.answer });
    yield lineOf({ type: 'end' });
    return;
  }
  const request = { asker: asker.userId, organisationId: asker.organisationId, rooms: query.rooms, after };
  const pages = index.search(request, plans);
  let page = await pages.next();
  for (; page.done !== true; page = await pages.next()) {
    yield* itemLines(await foundActivities(db, asker.userId, page.value), telling);
  }
  const { next } = page.value;
  const { unsearched } = plans;
  const reach: Reach = { ...(await reachOf(db, asker, plans.rooms)), ...(unsearched === 0 ? {} : { unsearched }) };
  yield lineOf({ type: 'reach', ...reach });
  yield lineOf({ type: 'end', ...(next === undefined ? {} : { next }) });
}

/** What clients sealed is not parsed and written again. */
function* itemLines(found: readonly FoundMessage[], telling: Telling): Generator<string> {
  let items: string[] = [];
  let length = 0;
  const line = () => `{"type":"items","items":[${items.join(',')}]}\n`;
  for (const { activity, edit, slots } of found) {
    const edited = edit === undefined ? '' : `,"edit":${activityJson(edit, telling)}`;
    const held = slots === undefined ? '' : `,"slots":${JSON.stringify(slots)}`;
    const item = `{"activity":${activityJson(activity, telling)}${edited}${held}}`;
    if (items.length > 0 && length + item.length > lineLength) {
      yield line();
      items = [];
      length = 0;
    }
    items.push(item);
    length += item.length;
  }
  if (items.length > 0) yield line();
}

const lineOf = (value: object): string => `${JSON.stringify(value)}\n`;
