import type { RefObject } from 'react';
import { Menu, MenuItem, Popover, type PopoverProps } from 'react-aria-components';
import { Icon } from './icon.tsx';
import styles from './menu.module.css';
import type { MenuLine } from './menu.tsx';

interface Props {
  label: string;
  lines: readonly MenuLine[];
  placement: NonNullable<PopoverProps['placement']>;
  button: RefObject<HTMLButtonElement | null>;
  onClose: () => void;
}

/** The open half of a menu. */
export default function MenuPopup({ label, lines, placement, button, onClose }: Props) {
  return (
    <Popover
      aria-label={label}
      isOpen
      onOpenChange={(open) => open || onClose()}
      triggerRef={button}
      placement={placement}
      className={styles.popover ?? ''}
    >
      <Menu
        aria-label={label}
        autoFocus="first"
        className={styles.menu ?? ''}
        onAction={(key) => {
          onClose();
          lines.find(({ id }) => id === key)?.act();
        }}
      >
        {lines.map((line) => (
          <MenuItem
            key={line.id}
            id={line.id}
            textValue={line.label}
            className={`${styles.line} ${line.danger ? styles.danger : ''}`}
          >
            {line.icon && <Icon name={line.icon} size={16} />}
            {line.label}
          </MenuItem>
        ))}
      </Menu>
    </Popover>
  );
}
