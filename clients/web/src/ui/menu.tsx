import { type KeyboardEvent, lazy, type ReactElement, type Ref, Suspense, useRef, useState } from 'react';
import type { IconName } from './icon.tsx';

/** One line of a menu. */
export interface MenuLine {
  id: string;
  label: string;
  icon?: IconName;
  danger?: boolean;
  act: () => void;
}

/** What the button that opens a menu gets. */
export interface MenuTriggerProps {
  ref: Ref<HTMLButtonElement>;
  'aria-haspopup': 'menu';
  'aria-expanded': boolean;
  onPress: () => void;
  onKeyDown: (event: Pick<KeyboardEvent, 'key'>) => void;
}

interface MenuProps {
  label: string;
  trigger: (props: MenuTriggerProps) => ReactElement;
  lines: readonly MenuLine[];
  placement?: 'bottom end' | 'top start';
}

// Positioning and menu behaviour are a good part of the script; nobody opens a menu before reading.
const MenuPopup = lazy(() => import('./menu-popup.tsx'));

/** A button and the menu it opens. */
export function Menu({ label, trigger, lines, placement = 'bottom end' }: MenuProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {trigger({
        ref: button,
        'aria-haspopup': 'menu',
        'aria-expanded': isOpen,
        onPress: () => setOpen(true),
        onKeyDown: ({ key }) => key === 'ArrowDown' && setOpen(true),
      })}
      {isOpen && (
        <Suspense fallback={null}>
          <MenuPopup label={label} lines={lines} placement={placement} button={button} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
