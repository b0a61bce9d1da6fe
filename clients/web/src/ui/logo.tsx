import styles from './logo.module.css';

/** Two nested arches of a cloister walk; decorative, the name stands beside it. */
export function Logo({ size }: { size: number }) {
  return (
    <svg className={styles.logo} width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" />
      <path d="M8 25V15a8 8 0 0 1 16 0v10M13 25v-8a3 3 0 0 1 6 0v8" />
    </svg>
  );
}
