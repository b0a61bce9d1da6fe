import type { PersonView } from '@cloister/sdk';
import type { UserId } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { useFaultText } from '../app/fault-text.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/button.tsx';
import { Picker } from '../ui/picker.tsx';
import styles from './people-picker.module.css';
import { usePersonSearch } from './use-person-search.ts';

interface Props {
  /** Those who are in the room already. */
  members: readonly UserId[];
  chosen: readonly PersonView[];
  onChange: (chosen: readonly PersonView[]) => void;
  takesFocus?: boolean;
}

/** Chooses people by name or e-mail. */
export function PeoplePicker({ members, chosen, onChange, takesFocus = false }: Props) {
  const { t } = useLingui();
  const textOf = useFaultText();
  const [query, setQuery] = useState('');
  const search = usePersonSearch(query, new Set([...members, ...chosen.map(({ id }) => id)]));
  const choices = search.state === 'found' ? search.people : [];
  return (
    <div className={styles.picker}>
      <Picker
        label={t`People`}
        placeholder={t`Name or e-mail address`}
        hint={t`People of other organisations are found by their exact e-mail address.`}
        takesFocus={takesFocus}
        query={query}
        onQuery={setQuery}
        choices={choices}
        keyOf={({ id }) => id}
        show={(person) => <PersonLine person={person} />}
        onChoose={(person) => {
          onChange([...chosen, person]);
          setQuery('');
        }}
        status={
          search.state === 'searching' ? (
            <Trans>Searching…</Trans>
          ) : search.state === 'failed' ? (
            textOf(search.fault)
          ) : search.state === 'found' ? (
            <Trans>Nobody found.</Trans>
          ) : null
        }
      />
      {chosen.length > 0 && (
        <ul className={styles.chosen} aria-label={t`Chosen people`}>
          {chosen.map((person) => (
            <li key={person.id}>
              <Avatar id={person.id} name={person.name} size="small" />
              {person.name}
              <IconButton
                icon="close"
                size="small"
                label={t`Take ${person.name} off the list`}
                onPress={() => onChange(chosen.filter(({ id }) => id !== person.id))}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function PersonLine({ person }: { person: PersonView }) {
  return (
    <>
      <Avatar id={person.id} name={person.name} size="small" />
      <span className={styles.person}>
        <span>{person.name}</span>
        <span className={styles.email}>{person.email}</span>
      </span>
    </>
  );
}
