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
          <Trans>
            Your key server gives them no keys any more, neither of rooms of {own} nor of what its people write
            elsewhere.
          </Trans>
        </li>
        <li>
          <Trans>
            People of {own} get no keys of theirs any more, and cannot write or change anything in rooms that were made
            there.
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
          <Trans>
            What somebody has read stays with them, and so does what opens with keys that an app holds already. To end
            that in a room, remove the people: what is written then is under new keys.
          </Trans>
        </li>
      </ul>
    </>
  );
}
