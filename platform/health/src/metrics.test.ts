import { describe, expect, it } from 'vitest';
import { Metrics } from './metrics.ts';

const seriesOf = (metrics: Metrics, name: string) =>
  metrics
    .render()
    .split('\n')
    .filter((line) => line.startsWith(name));

describe('Metrics', () => {
  it('counts, by label', () => {
    const metrics = new Metrics();
    const posts = metrics.counter('cloister_posts_total', 'Posts.');
    posts.add();
    posts.add(2, { outcome: 'stale' });
    posts.add(1, { outcome: 'stale' });
    expect(metrics.render()).toContain('# HELP cloister_posts_total Posts.\n# TYPE cloister_posts_total counter\n');
    expect(seriesOf(metrics, 'cloister_posts_total')).toEqual([
      'cloister_posts_total 1',
      'cloister_posts_total{outcome="stale"} 3',
    ]);
    expect(() => posts.add(-1)).toThrow(/only grows/);
  });

  it('shows a gauge as set, added to, or read at the moment', () => {
    const metrics = new Metrics();
    const open = metrics.gauge('cloister_sockets', 'Open sockets.');
    open.set(5);
    open.add(-2);
    let age = 1;
    metrics.gauge('cloister_feed_age_seconds', 'Age.', () => age);
    expect(seriesOf(metrics, 'cloister_sockets')).toEqual(['cloister_sockets 3']);
    age = 4;
    expect(seriesOf(metrics, 'cloister_feed_age_seconds')).toEqual(['cloister_feed_age_seconds 4']);
  });

  it('sums a histogram into cumulative buckets', () => {
    const metrics = new Metrics();
    const seconds = metrics.histogram('cloister_seconds', 'Time.', [0.1, 1]);
    for (const value of [0.05, 0.1, 0.5, 3]) seconds.observe(value, { route: '/x/:id' });
    expect(seriesOf(metrics, 'cloister_seconds')).toEqual([
      'cloister_seconds_bucket{route="/x/:id",le="0.1"} 2',
      'cloister_seconds_bucket{route="/x/:id",le="1"} 3',
      'cloister_seconds_bucket{route="/x/:id",le="+Inf"} 4',
      'cloister_seconds_sum{route="/x/:id"} 3.65',
      'cloister_seconds_count{route="/x/:id"} 4',
    ]);
  });

  it('refuses ids and free text as labels, since each value is a series for ever (R423)', () => {
    const counter = new Metrics().counter('a', 'A.');
    expect(() => counter.add(1, { room: '8a3f4c1e-9d52-4a77-b0b1-0f6f3f6f1a11' })).toThrow(/not a word/);
    expect(() => counter.add(1, { who: 'alice@acme.example' })).toThrow(/not a word/);
    expect(() => counter.add(1, { x: 'a"} 1\nb' })).toThrow(/not a word/);
  });

  it('refuses more series than anyone could mean', () => {
    const counter = new Metrics().counter('a', 'A.');
    for (let index = 0; index < 1000; index++) counter.add(1, { x: `v${index}` });
    expect(() => counter.add(1, { x: 'v1000' })).toThrow(/too many/);
    counter.add(1, { x: 'v999' });
  });

  it('refuses a name twice', () => {
    const metrics = new Metrics();
    metrics.counter('a', 'A.');
    expect(() => metrics.gauge('a', 'A.')).toThrow(/twice/);
  });
});
