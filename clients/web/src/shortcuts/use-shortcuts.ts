import type { RoomId } from '@cloister/wire';
import { useEffect } from 'react';
import { roomPath } from '../app/route.ts';
import { navigate } from '../app/use-route.ts';
import { useDialogs } from '../dialogs/dialogs-context.tsx';
import { neighbour } from '../rooms/neighbour.ts';
import { focusSearch } from '../search/focus-search.ts';
import { useClient } from '../state/client-context.tsx';
import { isApple } from './is-apple.ts';
import { matchShortcut } from './match-shortcut.ts';
import { focusRegion } from './regions.ts';
import type { ShortcutAct } from './shortcuts.ts';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');

/** Listens to the keyboard for the whole page. Dialogs keep the keyboard to themselves. */
export function useShortcuts(current: RoomId | undefined): void {
  const client = useClient();
  const { isOpen, open } = useDialogs();
  useEffect(() => {
    const go = (step: 1 | -1, unread: boolean) => {
      const to = neighbour(client.snapshot().rooms, current, step, { unread });
      if (to !== undefined) navigate(roomPath(to));
    };
    const acts: Record<ShortcutAct, () => void> = {
      search: focusSearch,
      'search-slash': focusSearch,
      help: () => open({ dialog: 'shortcuts' }),
      'previous-room': () => go(-1, false),
      'next-room': () => go(1, false),
      'previous-unread': () => go(-1, true),
      'next-unread': () => go(1, true),
      'next-region': () => focusRegion(1),
      'previous-region': () => focusRegion(-1),
      'add-files': () => document.querySelector<HTMLInputElement>('input[type="file"]')?.click(),
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (isOpen || event.defaultPrevented) return;
      const act = matchShortcut(event, { apple: isApple(), typing: isTyping(event.target) });
      if (act === undefined) return;
      event.preventDefault();
      acts[act]();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [client, current, isOpen, open]);
}
