import { isAct, type ShortcutAct, shortcuts } from './shortcuts.ts';

/** The parts of a keyboard event that decide. */
export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly isComposing: boolean;
}

/** The act a key press asks for. `typing`: the focus is where words are typed, so plain characters belong there. */
export function matchShortcut(
  press: Press,
  { apple, typing }: { apple: boolean; typing: boolean },
): ShortcutAct | undefined {
  if (press.isComposing) return undefined;
  return shortcuts.flatMap(({ id, keys }) => (isAct(id) && matches(press, keys, apple, typing) ? id : []))[0];
}

function matches(press: Press, keys: readonly string[], apple: boolean, typing: boolean): boolean {
  const key = keys.at(-1) ?? '';
  const wanted = new Set(keys.slice(0, -1));
  const mod = apple ? press.metaKey : press.ctrlKey;
  const other = apple ? press.ctrlKey : press.metaKey;
  if (press.key.toLowerCase() !== key.toLowerCase() || other) return false;
  if (mod !== wanted.has('Mod') || press.altKey !== wanted.has('Alt')) return false;
  // Where “?” lies differs from keyboard to keyboard: what it takes to type a character is not part of the shortcut.
  if (key.length === 1 && wanted.size === 0) return !typing;
  return press.shiftKey === wanted.has('Shift');
}
