import { type KeyboardEvent, useEffect, useId, useState } from 'react';

/**
 * The keyboard half of a field with a list of choices below (ARIA combobox): the focus stays in the field, the arrows
 * move through the list, Enter chooses. Never while an input method composes.
 */
export function useListCursor(count: number, choose: (index: number) => void) {
  const id = useId();
  const [cursor, setCursor] = useState(0);
  const index = Math.min(cursor, Math.max(0, count - 1));
  const optionId = (at: number) => `${id}-${at}`;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.nativeEvent.keyCode === 229 || count === 0) return;
    if (event.key === 'ArrowDown') setCursor((index + 1) % count);
    else if (event.key === 'ArrowUp') setCursor((index + count - 1) % count);
    else if (event.key === 'Enter') choose(index);
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    document.getElementById(`${id}-${index}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, index]);
  return {
    index,
    reset: () => setCursor(0),
    field: {
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-expanded': count > 0,
      'aria-controls': id,
      'aria-activedescendant': count > 0 ? optionId(index) : undefined,
      onKeyDown,
    },
    list: { id, role: 'listbox' },
    option: (at: number) => ({ id: optionId(at), role: 'option', 'aria-selected': at === index }),
  } as const;
}
