import type { OrganisationId } from '@cloister/wire';
import { Icon } from '../ui/icon.tsx';
import styles from './organisation-badge.module.css';
import { useOrganisations } from './use-organisations.ts';

/** The organisation of somebody who is not of one's own, beside their name. */
export function OrganisationBadge({ id }: { id: OrganisationId }) {
  return (
    <span className={styles.badge}>
      <Icon name="outside" size={16} />
      {useOrganisations()(id)}
    </span>
  );
}
