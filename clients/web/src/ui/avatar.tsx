import styles from './avatar.module.css';
import { initial, tone } from './avatar-model.ts';

/** A person's initial on a colour of their own; decorative, the name stands beside it. */
export function Avatar({ id, name, size = 'normal' }: { id: string; name: string; size?: 'small' | 'normal' }) {
  return (
    <span className={`${styles.avatar} ${styles[size]}`} data-tone={tone(id)} aria-hidden="true">
      {initial(name)}
    </span>
  );
}
