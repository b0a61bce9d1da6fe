import type { UnknownName } from '@cloister/sdk';
import { Trans } from '@lingui/react/macro';
import { Button } from '../../ui/button.tsx';
import { closeNames } from './close-names.ts';
import { renamed } from './renamed.ts';
import styles from './results.module.css';
import { useSearch } from './use-search.ts';

interface Props {
  text: string;
  names: readonly UnknownName[];
  onSearch: (text: string) => void;
}

/** The names in filters that are nobody’s, and those that may have been meant. */
export function UnknownNames({ text, names, onSearch }: Props) {
  const search = useSearch();
  return (
    <ul className={styles.unknown}>
      {names.map((one) => {
        const { filter, name } = one;
        const meant = search === undefined ? [] : closeNames(search, one);
        return (
          <li key={`${filter}:${name}`}>
            <p>
              {filter === 'from' ? (
                <Trans>You know nobody who is called “{name}”.</Trans>
              ) : (
                <Trans>You are in no room that is called “{name}”.</Trans>
              )}{' '}
              {meant.length > 0 ? (
                <Trans>Did you mean one of these?</Trans>
              ) : (
                <Trans>Check the name, or leave the filter out.</Trans>
              )}
            </p>
            {meant.map((suggestion) => (
              <Button key={suggestion.insert} onPress={() => onSearch(renamed(text, one, suggestion.insert))}>
                {suggestion.insert.trim().replace(/^"|"$/g, '')}
              </Button>
            ))}
          </li>
        );
      })}
    </ul>
  );
}
