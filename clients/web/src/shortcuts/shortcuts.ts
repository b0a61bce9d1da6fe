/** One row of the table that both the keyboard and the help dialog read. */
export interface Shortcut {
  /** Names the row; its words are in `shortcut-words.ts`. */
  readonly id: ShortcutAct | FieldKey;
  /** `Mod` is ⌘ on Apple keyboards and Ctrl elsewhere. */
  readonly keys: readonly string[];
  readonly group: 'moving' | 'writing';
}

/** Acts that have a shortcut everywhere on the page. */
export type ShortcutAct =
  | 'search'
  | 'search-slash'
  | 'previous-room'
  | 'next-room'
  | 'previous-unread'
  | 'next-unread'
  | 'next-region'
  | 'previous-region'
  | 'add-files'
  | 'help';

/** Keys that the composer handles itself; they are in the table for help only. */
export type FieldKey = 'send' | 'new-line' | 'edit-last' | 'cancel';

/** All shortcuts. */
export const shortcuts: readonly Shortcut[] = [
  { id: 'search', keys: ['Mod', 'K'], group: 'moving' },
  { id: 'search-slash', keys: ['/'], group: 'moving' },
  { id: 'previous-room', keys: ['Alt', 'ArrowUp'], group: 'moving' },
  { id: 'next-room', keys: ['Alt', 'ArrowDown'], group: 'moving' },
  { id: 'previous-unread', keys: ['Alt', 'Shift', 'ArrowUp'], group: 'moving' },
  { id: 'next-unread', keys: ['Alt', 'Shift', 'ArrowDown'], group: 'moving' },
  { id: 'next-region', keys: ['F6'], group: 'moving' },
  { id: 'previous-region', keys: ['Shift', 'F6'], group: 'moving' },
  { id: 'help', keys: ['?'], group: 'moving' },
  { id: 'send', keys: ['Enter'], group: 'writing' },
  { id: 'new-line', keys: ['Shift', 'Enter'], group: 'writing' },
  { id: 'edit-last', keys: ['ArrowUp'], group: 'writing' },
  { id: 'add-files', keys: ['Mod', 'U'], group: 'writing' },
  { id: 'cancel', keys: ['Escape'], group: 'writing' },
];

const fieldKeys: readonly string[] = ['send', 'new-line', 'edit-last', 'cancel'] satisfies FieldKey[];

/** Whether a row is an act of the page rather than a key of the composer. */
export const isAct = (id: Shortcut['id']): id is ShortcutAct => !fieldKeys.includes(id);
