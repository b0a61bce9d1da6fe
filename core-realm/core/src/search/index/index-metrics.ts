import type { Metrics } from '@cloister/health';
import type { IndexSize } from './store/numbers.ts';

export interface IndexMetrics {
  show(size: IndexSize, liveBatches: number): void;
  /** Do something and note how long it took. */
  appended<T>(work: () => Promise<T>): Promise<T>;
  /** Counts what was done. */
  compacted(work: () => Promise<boolean>): Promise<boolean>;
  /** From when a plan is there until what it finds is known. */
  evaluated<T>(work: () => Promise<T>): Promise<T>;
}

export const indexMetrics = (metrics: Metrics): IndexMetrics => {
  const postings = metrics.gauge('search_postings', 'Postings of the search index, padding included.');
  const pages = metrics.gauge('search_pages', 'Sealed pages of the search index.');
  const bytes = metrics.gauge('search_bytes', 'Sealed bytes of the search index.');
  const batches = metrics.gauge('search_live_batches', 'Batches of the search index that are not compacted yet.');
  const compactions = metrics.counter('search_compactions', 'Compactions of an index.');
  const timed = (name: string, help: string) => {
    const seconds = metrics.histogram(name, help);
    return async <T>(work: () => Promise<T>): Promise<T> => {
      const begun = performance.now();
      const done = await work();
      seconds.observe((performance.now() - begun) / 1000);
      return done;
    };
  };
  const compacted = timed('search_compaction_seconds', 'How long a compaction of one index takes.');
  return {
    show: (size, live) => {
      postings.set(size.postings);
      pages.set(size.pages);
      bytes.set(size.bytes);
      batches.set(live);
    },
    appended: timed('search_append_seconds', 'How long the documents of one request take into the index.'),
    compacted: async (work) => {
      const done = await compacted(work);
      if (done) compactions.add();
      return done;
    },
    evaluated: timed('search_plan_seconds', 'How long one plan of a query takes.'),
  };
};
