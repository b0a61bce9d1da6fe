import type { ReactNode, Ref } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';
import styles from './button.module.css';
import { Icon, type IconName } from './icon.tsx';

export type ButtonKind = 'primary' | 'plain' | 'quiet' | 'danger';

interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'children'> {
  kind?: ButtonKind;
  icon?: IconName;
  /** The act is under way; who asks for it twice (`useAct`) is not heard, and the focus stays. */
  isBusy?: boolean;
  children?: ReactNode;
}

/** A button with words, and perhaps an icon before them. */
export function Button({ kind = 'plain', icon, isBusy = false, children, ...props }: ButtonProps) {
  return (
    <AriaButton {...props} className={`${styles.button} ${styles[kind]}`}>
      {isBusy && <span className={styles.busy} aria-hidden="true" />}
      {icon && !isBusy && <Icon name={icon} size={16} />}
      {children}
    </AriaButton>
  );
}

interface IconButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'children' | 'aria-label'> {
  ref?: Ref<HTMLButtonElement>;
  icon: IconName;
  /** What it does; its accessible name. */
  label: string;
  size?: 'small' | 'normal';
  kind?: 'quiet' | 'primary';
}

/** A button that shows an icon only. */
export function IconButton({ icon, label, size = 'normal', kind = 'quiet', ...props }: IconButtonProps) {
  return (
    <AriaButton {...props} aria-label={label} className={`${styles.icon} ${styles[size]} ${styles[kind]}`}>
      <Icon name={icon} size={size === 'small' ? 16 : 20} />
    </AriaButton>
  );
}
