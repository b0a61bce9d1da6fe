import { type ReactNode, useEffect, useRef } from 'react';
import input from './input.module.css';
import styles from './picker.module.css';
import { useListCursor } from './use-list-cursor.ts';

interface PickerProps<T> {
  label: string;
  placeholder?: string;
  hint?: string;
  /** The field is why the dialog was opened. */
  takesFocus?: boolean;
  query: string;
  onQuery: (query: string) => void;
  choices: readonly T[];
  keyOf: (choice: T) => string;
  show: (choice: T) => ReactNode;
  onChoose: (choice: T) => void;
  /** Said below the field instead of choices: searching, nothing found, failed. */
  status?: ReactNode;
}

/** A field to type in and a list to choose from. */
export function Picker<T>({
  label,
  placeholder,
  hint,
  takesFocus = false,
  query,
  onQuery,
  choices,
  keyOf,
  show,
  onChoose,
  status,
}: PickerProps<T>) {
  const choose = (index: number) => {
    const choice = choices[index];
    if (choice !== undefined) onChoose(choice);
  };
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (takesFocus) field.current?.focus();
  }, [takesFocus]);
  const cursor = useListCursor(choices.length, choose);
  return (
    <div className={styles.picker}>
      <label className={styles.label}>
        {label}
        <input
          {...cursor.field}
          ref={field}
          className={input.input}
          value={query}
          placeholder={placeholder}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            cursor.reset();
            onQuery(event.target.value);
          }}
        />
      </label>
      {hint && <p className={styles.hint}>{hint}</p>}
      <div role="status" className={styles.status}>
        {choices.length === 0 && status}
      </div>
      <ul {...cursor.list} className={styles.list} aria-label={label} hidden={choices.length === 0}>
        {choices.map((choice, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard acts through the field (aria-activedescendant)
          <li key={keyOf(choice)} {...cursor.option(index)} className={styles.option} onClick={() => onChoose(choice)}>
            {show(choice)}
          </li>
        ))}
      </ul>
    </div>
  );
}
