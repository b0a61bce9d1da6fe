import { linkify } from './linkify.ts';
import styles from './message-text.module.css';

/** A message's words as plain text; addresses become links that tell their target nothing about this page. */
export function MessageText({ text }: { text: string }) {
  let offset = 0;
  return (
    <p className={styles.text} dir="auto">
      {linkify(text).map((run) => {
        const key = offset;
        offset += run.text.length;
        return run.href === undefined ? (
          run.text
        ) : (
          <a key={key} href={run.href} target="_blank" rel="noopener noreferrer">
            {run.text}
          </a>
        );
      })}
    </p>
  );
}
