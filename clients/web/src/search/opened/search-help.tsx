import { Trans } from '@lingui/react/macro';
import styles from './search-help.module.css';

/** How to ask: docs/search.md in a few lines. */
export function SearchHelp() {
  return (
    <details className={styles.help}>
      <summary>
        <Trans>How to search</Trans>
      </summary>
      <SearchHelpLines />
    </details>
  );
}

/** Examples, and what each finds. */
export function SearchHelpLines() {
  return (
    <dl className={styles.lines}>
      <div>
        <dt>plan harbour</dt>
        <dd>
          <Trans>Both words, in any order and form; accents do not matter.</Trans>
        </dd>
      </div>
      <div>
        <dt>"harbour plan"</dt>
        <dd>
          <Trans>These words next to each other, as written.</Trans>
        </dd>
      </div>
      <div>
        <dt>plan OR draft</dt>
        <dd>
          <Trans>One or the other; brackets group.</Trans>
        </dd>
      </div>
      <div>
        <dt>plan -draft</dt>
        <dd>
          <Trans>The first word without the second.</Trans>
        </dd>
      </div>
      <div>
        <dt>from:ben in:"Key ceremony"</dt>
        <dd>
          <Trans>Of a person, in a room; from:me is you.</Trans>
        </dd>
      </div>
      <div>
        <dt>has:file</dt>
        <dd>
          <Trans>With a file; also image, video, audio, document and link.</Trans>
        </dd>
      </div>
      <div>
        <dt>after:2026-11-01</dt>
        <dd>
          <Trans>Sent after a day; also before: and on:, with today and yesterday.</Trans>
        </dd>
      </div>
    </dl>
  );
}
