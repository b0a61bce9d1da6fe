import type { MasterKeyOverview } from '@cloister/wire';
import { useLingui } from '@lingui/react/macro';
import { useEffect, useRef, useState } from 'react';
import styles from '../../ui/spoken.module.css';
import { changedStates } from './changed-states.ts';
import { shortKeyId } from './key-id.ts';
import { keyStateTexts } from './key-state-text.ts';

/** Tells a screen reader when a key came to another state, by whosever hand. */
export function StateAnnouncer({ overview }: { overview: MasterKeyOverview }) {
  const { t } = useLingui();
  const before = useRef(overview);
  const [words, setWords] = useState('');
  useEffect(() => {
    const changed = changedStates(before.current, overview);
    before.current = overview;
    if (changed.length === 0) return;
    const sentences = changed.map(({ uri, state }) => {
      const [id, name] = [shortKeyId(uri), t(keyStateTexts[state].name)];
      return t`Key ${id}: ${name}`;
    });
    setWords(sentences.join('. '));
  }, [overview, t]);
  return (
    <div role="status" className={styles.spoken}>
      {words}
    </div>
  );
}
