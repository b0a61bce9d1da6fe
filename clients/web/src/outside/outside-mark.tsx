import type { OrganisationId } from '@cloister/wire';
import { useLingui } from '@lingui/react/macro';
import { formatList } from '../i18n/format-list.ts';
import { Icon } from '../ui/icon.tsx';
import { Spoken } from '../ui/spoken.tsx';
import styles from './outside-mark.module.css';
import { useOrganisations } from './use-organisations.ts';

interface Props {
  outside: readonly OrganisationId[];
  /** `small`: a sign alone; its words are spoken, and shown to who points at it. */
  size?: 'small' | 'normal';
}

/** Marks a room with people of other organisations and says of which (R446); nothing for other rooms. */
export function OutsideMark({ outside, size = 'normal' }: Props) {
  const { t, i18n } = useLingui();
  const nameOf = useOrganisations();
  if (outside.length === 0) return null;
  const organisations = formatList(i18n.locale, outside.map(nameOf));
  const words = t`External: ${organisations}`;
  return (
    <span className={`${styles.mark} ${styles[size]}`} title={words}>
      <Icon name="outside" size={16} />
      {size === 'small' ? <Spoken>{words}</Spoken> : <span className={styles.words}>{words}</span>}
    </span>
  );
}
