import { Trans, useLingui } from '@lingui/react/macro';
import { type RefObject, use, useEffect, useImperativeHandle, useState } from 'react';
import { roomPath } from '../../app/route.ts';
import { navigate } from '../../app/use-route.ts';
import { useClient, useSnapshot } from '../../state/client-context.tsx';
import { useDeskState } from '../search-context.tsx';
import type { PopupState } from '../search-field.tsx';
import { PopupLineView } from './popup-line-view.tsx';
import { type PopupLine, popupLines } from './popup-lines.ts';
import { SearchHelp } from './search-help.tsx';
import styles from './search-popup.module.css';
import { searchWords } from './search-words.ts';
import { useSearch } from './use-search.ts';

interface Props {
  id: string;
  text: string;
  caret: number;
  /** Takes the field's keys; true for one of ours. */
  keys: RefObject<((key: string) => boolean) | null>;
  onState: (state: PopupState) => void;
  onClose: () => void;
  onReplace: (text: string, caret: number) => void;
  onSearch: (text: string) => void;
}

/** Below the search field: what was asked before, filters and names, rooms and people to go to. Nothing is chosen before one chooses. */
export default function SearchPopup({ id, text, caret, keys, onState, onClose, onReplace, onSearch }: Props) {
  const { t, i18n } = useLingui();
  use(searchWords(i18n.locale));
  const client = useClient();
  const { rooms } = useSnapshot();
  const search = useSearch();
  const { recent } = useDeskState();
  const lines = search === undefined ? [] : popupLines(search, { text, caret, recent });
  const [chosenKey, setChosen] = useState<string>();
  const chosen = lines.findIndex(({ key }) => key === chosenKey);
  const count = lines.length;
  const chosenId = chosen === -1 ? undefined : `${id}-${chosen}`;
  useEffect(() => {
    onState({ count, ...(chosenId === undefined ? {} : { chosen: chosenId }) });
    if (chosenId !== undefined) document.getElementById(chosenId)?.scrollIntoView({ block: 'nearest' });
  }, [onState, count, chosenId]);

  const choose = (line: PopupLine) => {
    if (line.kind === 'recent') return onSearch(line.text);
    if (line.kind === 'insert') {
      const { span, insert } = line.suggestion;
      setChosen(undefined);
      return onReplace(text.slice(0, span[0]) + insert + text.slice(span[1]), span[0] + insert.length);
    }
    onClose();
    const { to } = line;
    if (to.kind === 'room') return navigate(roomPath(to.id));
    const room = rooms.find(({ directWith }) => directWith === to.id)?.id;
    if (room !== undefined) return navigate(roomPath(room));
    // Who has no room of two with somebody yet gets one; where that fails the list of rooms says why nothing is there.
    client.rooms.direct(to.id).then(
      (made) => navigate(roomPath(made)),
      () => onSearch(text),
    );
  };
  useImperativeHandle(keys, () => (key: string) => {
    if (count === 0) return false;
    // Up from the first line, and down from the last, is the field itself.
    const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      const next = ((chosen + 1 + step + count + 1) % (count + 1)) - 1;
      setChosen(lines[next]?.key);
      return true;
    }
    const line = lines[chosen];
    if (key !== 'Enter' || line === undefined) return false;
    choose(line);
    return true;
  });
  return (
    // The focus stays in the field.
    // biome-ignore lint/a11y/noStaticElementInteractions: pressing here must not take the focus from the field
    <div className={styles.popup} onMouseDown={(event) => event.preventDefault()}>
      {count > 0 && (
        <div id={id} role="listbox" tabIndex={-1} aria-label={t`Suggestions`} className={styles.list}>
          {lines.map((line, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard acts through the field (aria-activedescendant)
            <div
              key={line.key}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              className={styles.option}
              onClick={() => choose(line)}
            >
              <PopupLineView line={line} />
            </div>
          ))}
        </div>
      )}
      <div className={styles.foot}>
        <p>
          {text.trim() === '' ? (
            <Trans>Type words to find messages and files in all your rooms.</Trans>
          ) : (
            <Trans>Enter searches all your messages and files.</Trans>
          )}
        </p>
        <SearchHelp />
      </div>
    </div>
  );
}
