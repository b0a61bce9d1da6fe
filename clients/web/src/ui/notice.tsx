import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';
import styles from './notice.module.css';

interface NoticeProps {
  kind?: 'info' | 'warning' | 'danger';
  icon?: IconName;
  /** Buttons after the words. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A quiet box for something worth knowing; words carry the meaning, colour repeats it. */
export function Notice({ kind = 'info', icon, actions, children }: NoticeProps) {
  return (
    <div className={`${styles.notice} ${styles[kind]}`}>
      {icon && <Icon name={icon} size={16} />}
      <div className={styles.words}>{children}</div>
      {actions}
    </div>
  );
}
