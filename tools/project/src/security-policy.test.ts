import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from './project-root.ts';

it('tells where to report a weakness, that reports are welcome, and that mail is answered within 48 hours around the clock (R452)', () => {
  const policy = readFileSync(join(projectRoot, 'SECURITY.md'), 'utf8').replaceAll('\n', ' ');
  expect(policy).toMatch(/Write to `[^`@]+@[^`]+`/);
  expect(policy).toMatch(/reports are welcome/);
  expect(policy).toMatch(/within 48 hours/);
  expect(policy).toMatch(/around the clock/);
});
