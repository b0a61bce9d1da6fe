import { CloisterError } from '@cloister/wire';
import { processMetrics } from './process-metrics.ts';

/** Label values are words of our own code (states, codes, routes), never ids: each combination is a series for ever. */
export type Labels = Readonly<Record<string, string>>;
export type Counter = { add(amount?: number, labels?: Labels): void };
export type Gauge = { set(value: number, labels?: Labels): void; add(amount: number, labels?: Labels): void };
export type Histogram = { observe(value: number, labels?: Labels): void };

type Series = { name: string; help: string; type: 'counter' | 'gauge' | 'histogram'; render(): string[] };

const NAME = /^[a-z][a-z0-9_]*$/;
const LABEL_VALUE = /^[A-Za-z0-9/_.:*-]{1,80}$/;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-/;
/** More series than this means that something unbounded became a label. */
const MOST_SERIES = 1000;

/** Seconds, from a fast query to a slow request. */
const DEFAULT_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A registry of counters, gauges and histograms in Prometheus' text format. */
export class Metrics {
  readonly #series = new Map<string, Series>();

  counter(name: string, help: string): Counter {
    const values = new Map<string, number>();
    this.#add({
      name,
      help,
      type: 'counter',
      render: () => [...values].map(([labels, value]) => `${name}${labels} ${value}`),
    });
    return {
      add: (amount = 1, labels = {}) => {
        if (!(amount >= 0)) throw misuse(name, 'a counter only grows');
        bump(name, values, labelText(name, labels), amount);
      },
    };
  }

  /** @param read when given, the value is asked for at each scrape */
  gauge(name: string, help: string, read?: () => number): Gauge {
    const values = new Map<string, number>();
    this.#add({
      name,
      help,
      type: 'gauge',
      render: () => {
        if (read !== undefined) values.set('', read());
        return [...values].map(([labels, value]) => `${name}${labels} ${value}`);
      },
    });
    return {
      set: (value, labels = {}) => {
        const key = labelText(name, labels);
        bump(name, values, key, value - (values.get(key) ?? 0));
      },
      add: (amount, labels = {}) => bump(name, values, labelText(name, labels), amount),
    };
  }

  histogram(name: string, help: string, buckets: readonly number[] = DEFAULT_BUCKETS): Histogram {
    const counts = new Map<string, number[]>();
    const sums = new Map<string, number>();
    this.#add({
      name,
      help,
      type: 'histogram',
      render: () => [...counts].flatMap(([key, row]) => renderHistogram(name, key, buckets, row, sums.get(key) ?? 0)),
    });
    return {
      observe: (value, labels = {}) => {
        const key = labelText(name, labels);
        bump(name, sums, key, value);
        const row = counts.get(key) ?? new Array<number>(buckets.length + 1).fill(0);
        counts.set(key, row);
        const at = buckets.findIndex((bound) => value <= bound);
        const bucket = at === -1 ? buckets.length : at;
        row[bucket] = (row[bucket] ?? 0) + 1;
      },
    };
  }

  /** The whole registry and the process's own figures. @see {@link https://prometheus.io/docs/instrumenting/exposition_formats/} */
  render(): string {
    const lines = [...this.#series.values()].flatMap(({ name, help, type, render }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...render(),
    ]);
    return [...lines, ...processMetrics(), ''].join('\n');
  }

  #add(series: Series): void {
    if (!NAME.test(series.name) || /[\n\\]/.test(series.help)) throw misuse(series.name, 'a bad name or help');
    if (this.#series.has(series.name)) throw misuse(series.name, 'registered twice');
    this.#series.set(series.name, series);
  }
}

function bump(name: string, values: Map<string, number>, key: string, amount: number): void {
  if (!values.has(key) && values.size >= MOST_SERIES) throw misuse(name, 'too many label values');
  values.set(key, (values.get(key) ?? 0) + amount);
}

function labelText(name: string, labels: Labels): string {
  const entries = Object.entries(labels);
  if (entries.length === 0) return '';
  for (const [label, value] of entries) {
    if (!NAME.test(label) || !LABEL_VALUE.test(value) || UUID.test(value))
      throw misuse(name, `the label ${label} is not a word`);
  }
  return `{${entries
    .map(([label, value]) => `${label}="${value}"`)
    .sort()
    .join(',')}}`;
}

function renderHistogram(
  name: string,
  key: string,
  buckets: readonly number[],
  row: readonly number[],
  sum: number,
): string[] {
  const withBound = (bound: string) => (key === '' ? `{le="${bound}"}` : `${key.slice(0, -1)},le="${bound}"}`);
  let total = 0;
  const lines = row.map((count, index) => {
    total += count;
    return `${name}_bucket${withBound(index < buckets.length ? String(buckets[index]) : '+Inf')} ${total}`;
  });
  return [...lines, `${name}_sum${key} ${sum}`, `${name}_count${key} ${total}`];
}

function misuse(name: string, why: string): CloisterError {
  return new CloisterError('platform/internal', { detail: `metric ${name}: ${why}` });
}
