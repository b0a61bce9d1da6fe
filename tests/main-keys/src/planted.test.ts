import { openModelTest } from '@cloister/testkit/model';
import { afterAll, expect, it } from 'vitest';
import { happenings } from './commands.ts';
import { plantedFaults } from './planted.ts';
import { Theatre } from './theatre.ts';

const theatre = new Theatre();
afterAll(() => theatre.close());

const { planted } = openModelTest({ happenings, ...theatre });

it.each(plantedFaults)('finds $name', { timeout: planted.timeout }, async ({ plant }) => {
  const takeOut = await plant((await theatre.ground).real);
  try {
    expect(await planted.isFound()).toBe(true);
  } finally {
    await theatre.clear();
    await takeOut();
  }
});
