import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Shortcut } from './shortcuts.ts';

/** What each shortcut does. */
export const shortcutWords: Readonly<Record<Shortcut['id'], MessageDescriptor>> = {
  search: msg`Search, or go to a room or a person`,
  'search-slash': msg`The same, where nothing is typed`,
  'previous-room': msg`Previous room`,
  'next-room': msg`Next room`,
  'previous-unread': msg`Previous unread room`,
  'next-unread': msg`Next unread room`,
  'next-region': msg`Next part of the page`,
  'previous-region': msg`Previous part of the page`,
  help: msg`This list`,
  send: msg`Send`,
  'new-line': msg`New line`,
  'edit-last': msg`Edit your last message, when nothing is typed`,
  'add-files': msg`Add files`,
  cancel: msg`Cancel, or take the unread mark away`,
};
