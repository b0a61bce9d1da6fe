import { expect, it } from 'vitest';
import { moveUnreadMarker } from './unread-marker.ts';

it('stands after what was read when one comes to a room with unread entries, and nowhere else', () => {
  expect(moveUnreadMarker(undefined, { event: 'came', unread: 3, readPosition: 7 })).toBe(7);
  expect(moveUnreadMarker(undefined, { event: 'came', unread: 0, readPosition: 7 })).toBeUndefined();
});

it('stands after what was on screen when one looked away', () => {
  expect(moveUnreadMarker(7, { event: 'went-away', newest: 12 })).toBe(12);
  expect(moveUnreadMarker(7, { event: 'went-away', newest: undefined })).toBe(7);
});

it('goes when it is dismissed', () => {
  expect(moveUnreadMarker(7, { event: 'dismissed' })).toBeUndefined();
});
