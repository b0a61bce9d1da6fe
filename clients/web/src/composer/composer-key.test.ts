import fc from 'fast-check';
import { expect, it } from 'vitest';
import { composerAct, type KeyPress } from './composer-key.ts';

const press = (key: string, changes: Partial<KeyPress> = {}): KeyPress => ({
  key,
  shiftKey: false,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  isComposing: false,
  keyCode: 0,
  ...changes,
});
const idle = { empty: true, busy: false };

it('sends on Enter and begins a line on Shift+Enter', () => {
  expect(composerAct(press('Enter'), { ...idle, empty: false })).toBe('send');
  expect(composerAct(press('Enter', { shiftKey: true }), { ...idle, empty: false })).toBe('none');
});

it('does nothing at all while an input method composes', () => {
  fc.assert(
    fc.property(fc.constantFrom('Enter', 'ArrowUp', 'Escape', 'a'), fc.boolean(), fc.boolean(), (key, empty, busy) => {
      expect(composerAct(press(key, { isComposing: true }), { empty, busy })).toBe('none');
      expect(composerAct(press(key, { keyCode: 229 }), { empty, busy })).toBe('none');
    }),
  );
});

it('edits the last message on ↑ in an empty composer only', () => {
  expect(composerAct(press('ArrowUp'), idle)).toBe('edit-last');
  expect(composerAct(press('ArrowUp'), { ...idle, empty: false })).toBe('none');
  expect(composerAct(press('ArrowUp', { altKey: true }), idle)).toBe('none');
});

it('cancels on Escape when there is something to cancel', () => {
  expect(composerAct(press('Escape'), { empty: false, busy: true })).toBe('cancel');
  expect(composerAct(press('Escape'), idle)).toBe('none');
});
