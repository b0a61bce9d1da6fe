import { openSearchIndex } from '@cloister/sdk';
import type { FunctionView } from '@cloister/wire';
import { Trans } from '@lingui/react/macro';
import { useMemo } from 'react';
import { hubPath } from '../../app/route.ts';
import { useSession } from '../../app/session-context.tsx';
import { Link } from '../../ui/link.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from '../hub-page.module.css';
import { FiguresSection } from './figures-section.tsx';
import { IndexSection } from './index-section.tsx';

/** Organisation settings > Search: how far the index reaches, what it gives away, and its end (docs/wires.md §14). */
export function SearchPage({ functions }: { functions: readonly FunctionView[] }) {
  const session = useSession();
  const index = useMemo(() => openSearchIndex(session), [session]);
  const isOn = functions.some(({ purpose, enabled }) => purpose === 'indexing' && enabled);
  return (
    <>
      <h2 className={styles.place}>
        <Trans>Search</Trans>
      </h2>
      {!isOn && (
        <Notice kind="warning" icon="alert">
          <Trans>
            Search is switched off: nobody can search, and nothing is added to the index. It is a function on{' '}
            <Link to={hubPath()}>the overview</Link>.
          </Trans>
        </Notice>
      )}
      <IndexSection index={index} />
      <FiguresSection />
    </>
  );
}
