import type { MasterKeyAct } from '@cloister/wire';
import { expect, it } from 'vitest';
import { userId } from '../../testing/entries.ts';
import { scriptedUri } from '../../testing/scripted-keys.ts';
import { onlyProceeded } from './only-proceeded.ts';

const entry = (act: MasterKeyAct, second: number) => ({
  at: `2026-11-22T00:00:0${second}.000Z`,
  uri: scriptedUri(1),
  from: null,
  to: null,
  act,
  by: act === 'revoke' ? userId(1) : null,
});
const before = { history: [entry('upload', 1)] };

it('takes the end of a rotation for the course of things, and what anybody did for news', () => {
  expect(onlyProceeded(before, { history: [entry('rotation-done', 2), ...before.history] })).toBe(true);
  expect(onlyProceeded(before, { history: [entry('revoke', 3), entry('rotation-done', 2), ...before.history] })).toBe(
    false,
  );
  expect(onlyProceeded(before, { history: [entry('amazon-denied', 2), ...before.history] })).toBe(false);
  expect(onlyProceeded(before, before)).toBe(false);
});
