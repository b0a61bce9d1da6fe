import { openLog } from '@cloister/logging';
import { expect, it } from 'vitest';
import { Recovery } from './recovery.ts';
import type { TwoPartChanges } from './two-part-changes.ts';

const log = openLog({ name: 'test', destination: { write: () => undefined } });

it('asks one realm again while another keeps silent, and no realm twice at a time', async () => {
  const asked: string[] = [];
  const answered = Promise.withResolvers<void>();
  const recover = (kmsHost: string) => {
    asked.push(kmsHost);
    return kmsHost === 'silent' ? answered.promise : Promise.resolve();
  };
  const recovery = new Recovery({ recover } as unknown as TwoPartChanges, () => ['silent', 'prompt'], log);
  const runs = [recovery.run()];
  await new Promise((resolve) => setImmediate(resolve));
  runs.push(recovery.run());
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toEqual(['silent', 'prompt', 'prompt']);
  answered.resolve();
  await Promise.all(runs);
  expect(asked).toEqual(['silent', 'prompt', 'prompt', 'silent']);
});
