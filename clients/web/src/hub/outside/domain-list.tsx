import type { DomainName } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { type FormEvent, useState } from 'react';
import { Button, IconButton } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { typedDomain } from '../domains/typed-domain.ts';
import styles from './outside.module.css';

interface Props {
  domains: readonly DomainName[];
  onChange: (domains: readonly DomainName[]) => void;
}

/** The domains of those who may be met, and a field for one more. */
export function DomainList({ domains, onChange }: Props) {
  const { t } = useLingui();
  const [text, setText] = useState('');
  const [isWrong, setWrong] = useState(false);
  const add = (event: FormEvent) => {
    event.preventDefault();
    const domain = typedDomain(text);
    if (domain === undefined) return setWrong(true);
    setText('');
    if (!domains.includes(domain)) onChange([...domains, domain].toSorted());
  };
  return (
    <div className={styles.domains}>
      {domains.length > 0 && (
        <ul className={styles.chips} aria-label={t`Domains that may be met`}>
          {domains.map((domain) => (
            <li key={domain}>
              {domain}
              <IconButton
                icon="close"
                size="small"
                label={t`Take ${domain} off the list`}
                onPress={() => onChange(domains.filter((each) => each !== domain))}
              />
            </li>
          ))}
        </ul>
      )}
      <form className={styles.add} onSubmit={add}>
        <TextField
          label={t`Domain`}
          hint={t`An organisation is let in when it has proved exactly this domain; subdomains do not count.`}
          placeholder="example.org"
          value={text}
          onChange={(typed) => {
            setWrong(false);
            setText(typed);
          }}
          autoComplete="off"
          spellCheck="false"
          {...(isWrong ? { error: t`This is not a domain. Write it like example.org.` } : {})}
        />
        <Button type="submit" icon="add" isDisabled={text.trim() === ''}>
          <Trans>Add to the list</Trans>
        </Button>
      </form>
    </div>
  );
}
