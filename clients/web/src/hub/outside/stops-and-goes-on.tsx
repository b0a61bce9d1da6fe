import { Trans } from '@lingui/react/macro';
import { useId } from 'react';
import { useConfig } from '../../state/config-context.tsx';
import styles from './outside.module.css';

/** What shutting an organisation out stops, and what goes on all the same (docs/wires.md §13, `mayMeet`). */
export function StopsAndGoesOn() {
  const { organisation } = useConfig();
  const [stops, goesOn] = [useId(), useId()];
  const own = organisation.name;
  return (
    <>
      <h3 id={stops} className={styles.heading}>
        <Trans>What stops</Trans>
      </h3>
      <ul aria-labelledby={stops} className={styles.points}>
        <li>
          <Trans>Nobody of theirs can be added to a room of {own}.</Trans>
        </li>
        <li>
          <Trans>Your key server gives them no key: they cannot open what people of {own} write.</Trans>
        </li>
        <li>
          <Trans>
            People of {own} get no key of theirs: they cannot open what the others write, and cannot write or change
            anything in rooms that were made there.
          </Trans>
        </li>
      </ul>
      <h3 id={goesOn} className={styles.heading}>
        <Trans>What goes on</Trans>
      </h3>
      <ul aria-labelledby={goesOn} className={styles.points}>
        <li>
          <Trans>Everybody can leave a room, and people can be removed.</Trans>
        </li>
        <li>
          <Trans>Nobody is taken out of a room. Let in again, they can read everything in it.</Trans>
        </li>
        <li>
          <Trans>What somebody has read already stays with them.</Trans>
        </li>
      </ul>
    </>
  );
}
