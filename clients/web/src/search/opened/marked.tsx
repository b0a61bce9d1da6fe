import type { ExcerptPart } from './excerpt.ts';
import styles from './results.module.css';

/** A text with what was found in it marked. */
export function Marked({ parts }: { parts: readonly ExcerptPart[] }) {
  let offset = 0;
  return parts.map(({ text, isFound }) => {
    const key = offset;
    offset += text.length;
    return isFound ? (
      <mark key={key} className={styles.mark}>
        {text}
      </mark>
    ) : (
      <span key={key}>{text}</span>
    );
  });
}
