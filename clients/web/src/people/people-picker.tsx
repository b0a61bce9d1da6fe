import type { PersonView } from '@cloister/sdk';
import type { UserId } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { useFaultText } from '../app/fault-text.tsx';
import { OrganisationBadge } from '../outside/organisation-badge.tsx';
import { OutsideNotice } from '../outside/outside-notice.tsx';
import { plainName } from '../outside/plain-name.ts';
import { useSnapshot } from '../state/client-context.tsx';
import { useConfig } from '../state/config-context.tsx';
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
            <NobodyFound query={query} />
          ) : null
        }
      />
      {chosen.length > 0 && (
        <ul className={styles.chosen} aria-label={t`Chosen people`}>
          {chosen.map((person) => (
            <li key={person.id}>
              <Avatar id={person.id} name={person.name} size="small" />
              <PersonName person={person} />
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
      <OutsideNotice chosen={chosen} />
    </div>
  );
}

function PersonLine({ person }: { person: PersonView }) {
  return (
    <>
      <Avatar id={person.id} name={person.name} size="small" />
      <span className={styles.person}>
        <PersonName person={person} />
        <span className={styles.email}>{person.email}</span>
      </span>
    </>
  );
}

/** A name, with the organisation of those who are not of one's own. */
function PersonName({ person: { name, organisationId } }: { person: PersonView }) {
  const { me } = useSnapshot();
  const isOutside = organisationId !== undefined && organisationId !== me.organisationId;
  return (
    <span className={styles.name}>
      {isOutside ? plainName(name) : name}
      {isOutside && <OrganisationBadge id={organisationId} />}
    </span>
  );
}

/** Why nobody may have been found, and what one can do. */
function NobodyFound({ query }: { query: string }) {
  const { organisation } = useConfig();
  const [own, text] = [organisation.name, query.trim()];
  return /^[^\s@]+@[^\s@]+$/.test(text) ? (
    <Trans>
      Nobody here has the address {text}. Check each letter: people of other organisations are found only by the exact
      address they sign in with.
    </Trans>
  ) : (
    <Trans>
      Nobody of {own} is called this. People of other organisations are found only by their whole e-mail address.
    </Trans>
  );
}
