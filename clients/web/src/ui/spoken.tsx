import type { ReactNode } from 'react';
import styles from './spoken.module.css';

/** Words for those who hear the page. What they stand in must be positioned. */
export function Spoken({ children }: { children: ReactNode }) {
  return <span className={styles.spoken}>{children}</span>;
}
