import styles from './avatar.module.css';
import { initial, tone } from './avatar-model.ts';

/**
 * A person's initial on a colour of their own; decorative, the name stands beside it. The letter is the style sheet's, so
 * that it is no part of any text or name.
 */
export function Avatar({ id, name, size = 'normal' }: { id: string; name: string; size?: 'small' | 'normal' }) {
  return (
    <span
      className={`${styles.avatar} ${styles[size]}`}
      data-tone={tone(id)}
      data-initial={initial(name)}
      aria-hidden="true"
    />
  );
}
