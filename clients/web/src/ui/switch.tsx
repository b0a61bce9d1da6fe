import styles from './switch.module.css';

interface Props {
  isOn: boolean;
  /** Id of the words that name what is switched. */
  labelledBy: string;
  /** Asks first: nothing changes until the server has said so. */
  onPress: () => void;
}

/** A switch that shows what the server holds (WAI-ARIA `switch`). */
export function Switch({ isOn, labelledBy, onPress }: Props) {
  return (
    <button
      type="button"
      role="switch"
      className={styles.switch}
      aria-checked={isOn}
      aria-labelledby={labelledBy}
      onClick={onPress}
    >
      <span className={styles.thumb} aria-hidden="true" />
    </button>
  );
}
