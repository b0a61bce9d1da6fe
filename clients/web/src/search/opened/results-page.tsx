import { Trans, useLingui } from '@lingui/react/macro';
import { type KeyboardEvent, type ReactNode, use, useLayoutEffect, useRef } from 'react';
import { searchPath } from '../../app/route.ts';
import { navigate } from '../../app/use-route.ts';
import { ConnectionBanner } from '../../connection/connection-banner.tsx';
import { IconButton } from '../../ui/button.tsx';
import { useDesk, useDeskState } from '../search-context.tsx';
import { moveHit } from './move-hit.ts';
import styles from './results.module.css';
import { Results } from './results.tsx';
import { SearchHelpLines } from './search-help.tsx';
import { searchWords } from './search-words.ts';

interface Props {
  /** The search field, where the page has no other. */
  field: ReactNode;
}

/** What a search found. Its address says nothing of the search; one comes back to it as it was. */
export default function ResultsPage({ field }: Props) {
  const { t, i18n } = useLingui();
  use(searchWords(i18n.locale));
  const desk = useDesk();
  const { asked } = useDeskState();
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { scrollTop, hit } = desk.place;
    if (hit === undefined || box.current === null) return;
    box.current.querySelector<HTMLElement>(`[data-hit="${hit}"]`)?.focus({ preventScroll: true });
    box.current.scrollTop = scrollTop;
  }, [desk]);
  const from = asked?.from ?? '/';
  const onKeyDown = (event: KeyboardEvent) => {
    if (box.current === null || event.defaultPrevented) return;
    if (event.key === 'Escape') navigate(from);
    else if (!moveHit(box.current, event.key)) return;
    event.preventDefault();
  };
  const onLeave = (hit: string) => {
    desk.place = { scrollTop: box.current?.scrollTop ?? 0, hit };
  };
  return (
    <main className={styles.page} aria-label={t`Search`}>
      <header className={styles.header}>
        <IconButton icon="back" label={t`Back to where you were`} onPress={() => navigate(from)} />
        <h1 className={styles.title}>
          <Trans>Search</Trans>
        </h1>
      </header>
      {field}
      <ConnectionBanner />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrows move through the links in it */}
      <div
        ref={box}
        className={styles.box}
        data-landmark
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        {asked === undefined ? (
          <section className={styles.intro} aria-label={t`How to search`}>
            <p>
              <Trans>
                Type words to find messages and files in all your rooms. What you search for is kept nowhere.
              </Trans>
            </p>
            <SearchHelpLines />
          </section>
        ) : (
          <Results
            asked={asked}
            onLeave={onLeave}
            onSearch={(text) => {
              void desk.ask(text, from);
              navigate(searchPath);
            }}
          />
        )}
      </div>
    </main>
  );
}
