import type { ReactElement } from 'react';
import { Menu as AriaMenu, MenuItem, MenuTrigger, Popover, type PopoverProps } from 'react-aria-components';
import { Icon, type IconName } from './icon.tsx';
import styles from './menu.module.css';

/** One line of a menu. */
export interface MenuLine {
  id: string;
  label: string;
  icon?: IconName;
  danger?: boolean;
  act: () => void;
}

interface MenuProps {
  label: string;
  trigger: ReactElement;
  lines: readonly MenuLine[];
  placement?: PopoverProps['placement'];
}

/** A menu that opens from its trigger button. */
export function Menu({ label, trigger, lines, placement = 'bottom end' }: MenuProps) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover placement={placement} className={styles.popover ?? ''}>
        <AriaMenu
          aria-label={label}
          className={styles.menu ?? ''}
          onAction={(key) => lines.find(({ id }) => id === key)?.act()}
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
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
