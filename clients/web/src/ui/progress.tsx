import styles from './progress.module.css';

/** How far something is, as a bar; `value` in 0..1. */
export function Progress({ label, value }: { label: string; value: number }) {
  return <progress className={styles.progress} aria-label={label} max={1} value={value} />;
}
