import styles from './copied-text.module.css';
import { CopyButton } from './copy-button.tsx';

/** A short technical text on one line or a few, with its button to copy it. */
export function CopiedText({ text, label }: { text: string; label: string }) {
  return (
    <span className={styles.text}>
      <code className={styles.code}>{text}</code>
      <CopyButton text={text} label={label} />
    </span>
  );
}

/** Commands to be run as they are. */
export function Commands({ text, label }: { text: string; label: string }) {
  return (
    <div className={styles.commands}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <pre className={styles.pre} tabIndex={0}>
        {text}
      </pre>
      <CopyButton text={text} label={label} />
    </div>
  );
}
