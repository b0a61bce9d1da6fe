import { Metrics } from '@cloister/health';
import { expect, it } from 'vitest';
import { openSearchMetrics } from './metrics.ts';

it('counts the search keys that are kept, and names no room (R353)', async () => {
  const metrics = new Metrics();
  const look = openSearchMetrics(metrics, { searchKeyCount: async () => 12 });
  await look();
  const shown = metrics.render().split('\n');
  expect(shown.filter((line) => line.startsWith('cloister_kms'))).toEqual(['cloister_kms_search_keys 12']);
});
