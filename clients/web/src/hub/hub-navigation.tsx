import { Trans, useLingui } from '@lingui/react/macro';
import { type HubPlace, hubPath } from '../app/route.ts';
import { Link } from '../ui/link.tsx';
import styles from './hub-navigation.module.css';

/** The places of the administration. */
export function HubNavigation({ place }: { place: HubPlace }) {
  const { t } = useLingui();
  const to = (of: HubPlace) =>
    ({ to: hubPath(of), className: styles.link, 'aria-current': place === of ? 'page' : undefined }) as const;
  return (
    <nav className={styles.navigation} aria-label={t`Administration`}>
      <Link {...to('overview')}>
        <Trans>Overview</Trans>
      </Link>
      <span className={styles.group} id="organisation-settings">
        <Trans>Organisation settings</Trans>
      </span>
      <ul aria-labelledby="organisation-settings">
        <li>
          <Link {...to('keys')}>
            <Trans>Key management</Trans>
          </Link>
        </li>
        <li>
          <Link {...to('domains')}>
            <Trans>Domains</Trans>
          </Link>
        </li>
        <li>
          <Link {...to('outside')}>
            <Trans>Other organisations</Trans>
          </Link>
        </li>
        <li>
          <Link {...to('search')}>
            <Trans>Search</Trans>
          </Link>
        </li>
      </ul>
    </nav>
  );
}
