import { Trans, useLingui } from '@lingui/react/macro';
import { Avatar } from '../../ui/avatar.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useFilterText } from './filter-text.ts';
import type { PopupLine } from './popup-lines.ts';
import styles from './search-popup.module.css';

/** What one line below the search field says. */
export function PopupLineView({ line }: { line: PopupLine }) {
  const { t } = useLingui();
  const filterText = useFilterText();
  if (line.kind === 'recent') {
    return (
      <>
        <Icon name="clock" size={16} />
        <span className={styles.name}>{line.text}</span>
        <span className={styles.what}>{t`Search again`}</span>
      </>
    );
  }
  const one = line.kind === 'go' ? line.to : line.suggestion;
  if (one.kind === 'filter') {
    return (
      <>
        <Icon name="settings" size={16} />
        <code className={styles.name}>{one.filter.includes(':') ? one.filter : `${one.filter}:`}</code>
        <span className={styles.what}>{filterText(one.filter)}</span>
      </>
    );
  }
  const name = one.kind === 'room' ? one.title : one.name;
  return (
    <>
      <Avatar id={one.id} name={name} size="small" />
      <span className={styles.name}>{name}</span>
      <span className={styles.what}>
        {line.kind === 'insert' ? (
          one.kind === 'room' ? (
            <Trans>Only in this room</Trans>
          ) : (
            <Trans>Only from this person</Trans>
          )
        ) : one.kind === 'room' ? (
          <Trans>Go to the room</Trans>
        ) : (
          <Trans>Go to the person</Trans>
        )}
      </span>
    </>
  );
}
