import { useLingui } from '@lingui/react/macro';
import { type KeyboardEvent, lazy, Suspense, useId, useLayoutEffect, useRef, useState } from 'react';
import { searchPath } from '../app/route.ts';
import { navigate } from '../app/use-route.ts';
import { isApple } from '../shortcuts/is-apple.ts';
import { Icon } from '../ui/icon.tsx';
import input from '../ui/input.module.css';
import { focusSearch, searchFieldId } from './focus-search.ts';
import { resultsPart } from './results-part.ts';
import { useDesk, useDeskState } from './search-context.tsx';
import styles from './search-field.module.css';

// Names, filters and the forms of words: nobody needs them before the first search.
const SearchPopup = lazy(() => import('./opened/search-popup.tsx'));

/** What the open list tells its field. */
export interface PopupState {
  /** The id of the chosen line. */
  readonly chosen?: string;
  readonly count: number;
}

const closed: PopupState = { count: 0 };

interface Props {
  /** The page is about searching: the cursor is here until something was asked. */
  takesFocus?: boolean;
}

/** The one search field: rooms and people to go to, filters and names as one types; Enter searches (ARIA combobox). */
export function SearchField({ takesFocus = false }: Props) {
  const { t } = useLingui();
  const desk = useDesk();
  const { text, asked } = useDeskState();
  const isUnasked = asked === undefined;
  const [caret, setCaret] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const [popup, setPopup] = useState(closed);
  const listId = useId();
  const field = useRef<HTMLInputElement>(null);
  const before = useRef<Element>(null);
  const listKeys = useRef<(key: string) => boolean>(null);
  const moveTo = useRef<number>(undefined);

  const close = () => {
    setOpen(false);
    setPopup(closed);
  };
  const search = (wanted: string) => {
    close();
    if (wanted.trim() === '') return;
    const isThere = location.pathname === searchPath;
    void desk.ask(wanted, isThere ? (asked?.from ?? '/') : location.pathname);
    navigate(searchPath);
  };
  const replace = (wanted: string, at: number) => {
    moveTo.current = at;
    desk.type(wanted);
    setCaret(at);
  };
  useLayoutEffect(() => {
    if (takesFocus && isUnasked) focusSearch();
  }, [takesFocus, isUnasked]);
  useLayoutEffect(() => {
    if (moveTo.current !== undefined) field.current?.setSelectionRange(moveTo.current, moveTo.current);
    moveTo.current = undefined;
  });
  const leave = () => {
    close();
    if (location.pathname === searchPath) {
      if (!isOpen || popup.count === 0) navigate(asked?.from ?? '/');
      return;
    }
    const back = before.current;
    if (back instanceof HTMLElement && back.isConnected) back.focus();
    else field.current?.blur();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter ends what an input method composes, and the arrows choose among its words.
    if (event.nativeEvent.isComposing || event.nativeEvent.keyCode === 229) return;
    if (isOpen && listKeys.current?.(event.key)) event.preventDefault();
    else if (event.key === 'Enter') search(text);
    else if (event.key === 'ArrowDown') {
      const first = document.querySelector<HTMLElement>('[data-hit]');
      if (first !== null && text === asked?.text) first.focus();
      else setOpen(true);
    } else return;
    event.preventDefault();
  };
  return (
    <search
      className={styles.search}
      onBlur={({ currentTarget, relatedTarget }) => currentTarget.contains(relatedTarget) || close()}
      onKeyDown={({ key, nativeEvent }) => key === 'Escape' && !nativeEvent.isComposing && leave()}
    >
      <Icon name="search" size={16} />
      <input
        ref={field}
        id={searchFieldId}
        className={input.input}
        role="combobox"
        aria-label={t`Search`}
        aria-autocomplete="list"
        aria-expanded={popup.count > 0}
        aria-controls={popup.count > 0 ? listId : undefined}
        aria-activedescendant={popup.chosen}
        placeholder={isApple() ? t`Search (⌘ K)` : t`Search (Ctrl K)`}
        autoComplete="off"
        spellCheck={false}
        enterKeyHint="search"
        value={text}
        onChange={({ target }) => {
          desk.type(target.value);
          setCaret(target.selectionStart ?? target.value.length);
          setOpen(true);
        }}
        onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart ?? 0)}
        onFocus={({ currentTarget, relatedTarget }) => {
          if (!currentTarget.parentElement?.contains(relatedTarget)) before.current = relatedTarget;
          resultsPart.ahead();
          setOpen(true);
        }}
        onKeyDown={onKeyDown}
      />
      {isOpen && (
        <Suspense fallback={null}>
          <SearchPopup
            id={listId}
            text={text}
            caret={caret}
            keys={listKeys}
            onState={setPopup}
            onClose={close}
            onReplace={replace}
            onSearch={search}
          />
        </Suspense>
      )}
    </search>
  );
}
