import styles from './spinner.module.css';

/** Something is under way; `label` says what. */
export function Spinner({ label }: { label: string }) {
  return (
    <div role="status" className={styles.row}>
      <span className={styles.spinner} aria-hidden="true" />
      {label}
    </div>
  );
}
