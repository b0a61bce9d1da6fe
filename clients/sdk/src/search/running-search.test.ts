import type { Query } from '@cloister/search-terms';
import {
  type ActivityId,
  CloisterError,
  type FoundEntry,
  newId,
  type QueryId,
  type ResultLine,
  type RoomId,
  type UserId,
} from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import type { SearchHit, SearchSnapshot, SearchView } from '../api/search.ts';
import { RunningSearch, type RunningSearchOptions } from './running-search.ts';

const query: Query = { text: 'plan', quoted: false };
const roomId = newId<RoomId>();
const actor = newId<UserId>();

const entry = (published = '2026-01-02T00:00:00.000Z'): FoundEntry => ({
  activity: { id: newId<ActivityId>(), objectType: 'activity', verb: 'post', published, actor: { id: actor } },
});
const hitOf = ({ activity }: FoundEntry): SearchHit => ({
  ...{ roomId, activityId: activity.id, position: 1, published: activity.published, actor, edited: false },
  ...{ text: 'plan', highlights: [[0, 4]], files: [], where: 'message' },
});
const items = (...found: FoundEntry[]): ResultLine => ({ type: 'items', items: found });
const end = (next?: string): ResultLine => ({ type: 'end', ...(next === undefined ? {} : { next }) });

type Answer = readonly ResultLine[] | CloisterError;

/** A core that answers in turn, and remembers what it was asked. */
const search = (answers: readonly Answer[], options: Partial<RunningSearchOptions> = {}) => {
  const left = [...answers];
  const asked: { query: Query; isRefused: boolean }[] = [];
  const gone: string[] = [];
  const answer = async (onLine: (line: ResultLine) => unknown) => {
    const lines = left.shift() ?? new CloisterError('client/offline');
    if (lines instanceof CloisterError) throw lines;
    for (const line of lines) await onLine(line);
  };
  const view = new RunningSearch({
    line: {
      ask: (_, onLine) => answer(onLine),
      more: (_, next, onLine) => {
        gone.push(next);
        return answer(onLine);
      },
    },
    prepare: async () => ({ query }),
    seal: async (sealed, isRefused) => {
      asked.push({ query: sealed, isRefused });
      return { id: newId<QueryId>(), encryptionKeyUrl: 'kms://kms.test/keys/x' as never, sealed: '' };
    },
    look: async (_, found) => hitOf(found),
    ...options,
  });
  return { view, asked, pages: gone };
};

const settled = async (view: SearchView): Promise<SearchSnapshot> => {
  while (!['done', 'failed', 'empty', 'unknown'].includes(view.snapshot().state)) {
    await new Promise<void>((resolve) => {
      const stop = view.subscribe(() => {
        stop();
        resolve();
      });
    });
  }
  return view.snapshot();
};

describe('a search', () => {
  it('shows what is found as it comes, and how far the index reaches (R397)', async () => {
    const [a, b] = [entry(), entry()];
    const reach = { rooms: 3, lagging: 1, since: '2026-01-01T00:00:00.000Z', missing: 0, unsearched: 2 };
    const seen: number[] = [];
    const { view } = search([[items(a), items(b), { type: 'reach', ...reach }, end()]]);
    view.subscribe(() => seen.push(view.snapshot().hits.length));
    const last = await settled(view);
    expect(last).toMatchObject({ state: 'done', hits: [hitOf(a), hitOf(b)], reach, canMore: false, unopened: 0 });
    expect(seen[0]).toBeLessThanOrEqual(1);
  });

  it('drops what does not match, and counts what does not open', async () => {
    const [yes, no, closed, broken] = [entry(), entry(), entry(), entry()];
    const looks = new Map<FoundEntry, 'no-match' | 'unopened' | 'throws'>([
      [no, 'no-match'],
      [closed, 'unopened'],
      [broken, 'throws'],
    ]);
    const look: RunningSearchOptions['look'] = async (_, found) => {
      const how = looks.get(found);
      if (how === 'throws') throw new CloisterError('client/unreadable');
      return how ?? hitOf(found);
    };
    const { view } = search([[items(yes, no, closed, broken), end()]], { look });
    expect(await settled(view)).toMatchObject({ hits: [hitOf(yes)], unopened: 2 });
  });

  it('goes on by itself while pages hold little that matches, and stops when they hold enough', async () => {
    const page = (next?: string) => [items(entry()), end(next)];
    const { view, pages } = search([page('a'), page('b'), page('c'), page('d'), page('e'), page('f')]);
    expect(await settled(view)).toMatchObject({ state: 'done', canMore: true });
    expect(pages).toEqual(['a', 'b', 'c', 'd']);
    const many = search([[items(...Array.from({ length: 20 }, () => entry())), end('next')]]);
    expect(await settled(many.view)).toMatchObject({ state: 'done', canMore: true });
    expect(many.pages).toEqual([]);
  });

  it('asks anew for what is older when the core has forgotten it, and shows nothing twice', async () => {
    const found = Array.from({ length: 20 }, (_, index) => entry(new Date(2_000_000 - index * 1000).toISOString()));
    const older = entry(new Date(1_000_000).toISOString());
    const { view, asked } = search([
      [items(...found), end('next')],
      new CloisterError('core/query-gone'),
      [items(found.at(-1) as FoundEntry, older), end()],
    ]);
    await settled(view);
    await view.more();
    expect(view.snapshot().hits.map(({ activityId }) => activityId)).toEqual(
      [...found, older].map(({ activity }) => activity.id),
    );
    expect(asked[1]?.query).toEqual(['and', query, { sent: { until: 2_000_000 - 19_000 + 1 } }]);
  });

  it('makes another key once when the indexer cannot open the question', async () => {
    const refused = [{ type: 'failed', code: 'core/query-refused' }] as const;
    const healed = search([refused, [items(entry()), end()]]);
    expect(await settled(healed.view)).toMatchObject({ state: 'done' });
    expect(healed.asked.map(({ isRefused }) => isRefused)).toEqual([false, true]);
    const not = search([refused, refused]);
    expect(await settled(not.view)).toMatchObject({ state: 'failed', code: 'core/query-refused' });
  });

  it('fails with its reason, keeps what it has, and goes on when asked to', async () => {
    const [first, second] = [entry(), entry('2026-01-01T00:00:00.000Z')];
    const { view } = search([[items(first)], [items(first, second), end()]]);
    expect(await settled(view)).toMatchObject({ state: 'failed', code: 'client/offline', hits: [hitOf(first)] });
    await view.more();
    expect(view.snapshot()).toMatchObject({ state: 'done', hits: [hitOf(first), hitOf(second)] });
    expect(view.snapshot().code).toBeUndefined();
  });

  it('says that a query asks for nothing, and which names are nobody’s', async () => {
    const nothing = search([], { prepare: async () => ({ query: null }) });
    expect(await settled(nothing.view)).toMatchObject({ state: 'empty' });
    const unknown = [{ filter: 'from', name: 'Nobody' }] as const;
    const nobody = search([], { prepare: async () => ({ unknown }) });
    expect(await settled(nobody.view)).toMatchObject({ state: 'unknown', unknown });
    expect([...nothing.asked, ...nobody.asked]).toEqual([]);
  });

  it('changes nothing any more once it is closed', async () => {
    const { view } = search([[items(entry()), end()]]);
    const before = view.snapshot();
    view.close();
    await view.more();
    expect(view.snapshot()).toBe(before);
  });
});
