import type { ReactNode } from 'react';
import { Logo } from '../ui/logo.tsx';
import styles from './front-page.module.css';

/** A calm page with one thing on it: before one is signed in, and when nothing else can be shown. */
export function FrontPage({ children }: { children: ReactNode }) {
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <Logo size={56} />
          <h1 className={styles.name}>Cloister</h1>
        </div>
        {children}
      </div>
    </main>
  );
}
