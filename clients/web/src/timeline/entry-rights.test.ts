import { expect, it } from 'vitest';
import { files, message, userId } from '../testing/entries.ts';
import { canDelete, canEdit, lastEditable } from './entry-rights.ts';

const me = userId(1);
const aiko = userId(2);
const at = new Date(2026, 10, 21);

it('lets nobody change or delete what somebody else said', () => {
  expect(canEdit(message(1, aiko, at), me)).toBe(false);
  expect(canDelete(message(1, aiko, at), me)).toBe(false);
});

it('lets one delete own files but not edit them', () => {
  expect(canDelete(files(1, me, at), me)).toBe(true);
  expect(canEdit(files(1, me, at), me)).toBe(false);
});

it('does not edit what is on its way, failed or unreadable', () => {
  expect(canEdit(message(1, me, at, { send: { state: 'sending' } }), me)).toBe(false);
  expect(canDelete(message(1, me, at, { send: { state: 'failed', failure: { code: 'client/offline' } } }), me)).toBe(
    false,
  );
  expect(
    canEdit(message(1, me, at, { content: { state: 'undecryptable', reason: 'corrupt', retrying: false } }), me),
  ).toBe(false);
});

it('takes up the newest own message', () => {
  const entries = [message(1, me, at), message(2, me, at), message(3, aiko, at), files(4, me, at)];
  expect(lastEditable(entries, me)).toBe(entries[1]);
  expect(lastEditable([message(1, aiko, at)], me)).toBeUndefined();
});
