import { expect, it } from 'vitest';
import { matchShortcut, type Press } from './match-shortcut.ts';
import { shortcuts } from './shortcuts.ts';

const press = (key: string, changes: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  isComposing: false,
  ...changes,
});
const here = { apple: false, typing: true };

it.each([
  [press('k', { ctrlKey: true }), here, 'search'],
  [press('K', { ctrlKey: true }), here, 'search'],
  [press('k', { metaKey: true }), { ...here, apple: true }, 'search'],
  [press('k', { metaKey: true }), here, undefined],
  [press('k', { ctrlKey: true }), { ...here, apple: true }, undefined],
  [press('ArrowUp', { altKey: true }), here, 'previous-room'],
  [press('ArrowUp', { altKey: true, shiftKey: true }), here, 'previous-unread'],
  [press('F6'), here, 'next-region'],
  [press('F6', { shiftKey: true }), here, 'previous-region'],
  [press('?', { shiftKey: true }), here, undefined],
  [press('?', { shiftKey: true }), { ...here, typing: false }, 'help'],
  [press('?'), { ...here, typing: false }, 'help'],
  [press('/'), { ...here, typing: false }, 'search-slash'],
  [press('/', { shiftKey: true }), { ...here, typing: false }, 'search-slash'],
  [press('/'), here, undefined],
  [press('k', { ctrlKey: true, isComposing: true }), here, undefined],
  [press('Enter'), here, undefined],
])('%o is %s: %s', (pressed, where, act) => {
  expect(matchShortcut(pressed, where)).toBe(act);
});

it('gives no two acts the same keys', () => {
  const keys = shortcuts.map((shortcut) => shortcut.keys.join('+'));
  expect(new Set(keys).size).toBe(keys.length);
});
