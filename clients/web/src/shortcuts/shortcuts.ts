import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';

/** Acts that have a shortcut everywhere on the page. */
export type ShortcutAct =
  | 'switcher'
  | 'previous-room'
  | 'next-room'
  | 'previous-unread'
  | 'next-unread'
  | 'next-region'
  | 'previous-region'
  | 'add-files'
  | 'help';

/** One row of the table that both the keyboard and the help dialog read. */
export interface Shortcut {
  /** Absent for keys that a field handles itself; they are listed for help only. */
  readonly act?: ShortcutAct;
  /** `Mod` is ⌘ on Apple keyboards and Ctrl elsewhere. */
  readonly keys: readonly string[];
  readonly words: MessageDescriptor;
  readonly group: 'moving' | 'writing';
}

/** All shortcuts. */
export const shortcuts: readonly Shortcut[] = [
  { act: 'switcher', keys: ['Mod', 'K'], words: msg`Go to a room`, group: 'moving' },
  { act: 'previous-room', keys: ['Alt', 'ArrowUp'], words: msg`Previous room`, group: 'moving' },
  { act: 'next-room', keys: ['Alt', 'ArrowDown'], words: msg`Next room`, group: 'moving' },
  { act: 'previous-unread', keys: ['Alt', 'Shift', 'ArrowUp'], words: msg`Previous unread room`, group: 'moving' },
  { act: 'next-unread', keys: ['Alt', 'Shift', 'ArrowDown'], words: msg`Next unread room`, group: 'moving' },
  { act: 'next-region', keys: ['F6'], words: msg`Next part of the page`, group: 'moving' },
  { act: 'previous-region', keys: ['Shift', 'F6'], words: msg`Previous part of the page`, group: 'moving' },
  { act: 'help', keys: ['?'], words: msg`This list`, group: 'moving' },
  { keys: ['Enter'], words: msg`Send`, group: 'writing' },
  { keys: ['Shift', 'Enter'], words: msg`New line`, group: 'writing' },
  { keys: ['ArrowUp'], words: msg`Edit your last message, when nothing is typed`, group: 'writing' },
  { act: 'add-files', keys: ['Mod', 'U'], words: msg`Add files`, group: 'writing' },
  { keys: ['Escape'], words: msg`Cancel, or take the unread mark away`, group: 'writing' },
];
