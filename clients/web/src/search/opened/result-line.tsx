import type { SearchHit } from '@cloister/sdk';
import { Trans, useLingui } from '@lingui/react/macro';
import { roomPath } from '../../app/route.ts';
import { formatDateTime, formatTime } from '../../i18n/format-time.ts';
import { OrganisationBadge } from '../../outside/organisation-badge.tsx';
import { useShownNames } from '../../state/use-names.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Link } from '../../ui/link.tsx';
import { excerpt } from './excerpt.ts';
import { Marked } from './marked.tsx';
import styles from './results.module.css';

/** One message that was found: who, when, and what in it; it leads to the message in its room. */
export function ResultLine({ hit, onLeave }: { hit: SearchHit; onLeave: () => void }) {
  const { i18n } = useLingui();
  const { name: shown, outside } = useShownNames([hit.actor])(hit.actor);
  const date = new Date(hit.published);
  const time = formatTime(i18n.locale, date);
  return (
    <li onClickCapture={onLeave}>
      <Link to={roomPath(hit.roomId, hit.position)} className={styles.hit} data-hit={hit.activityId}>
        <Avatar id={hit.actor} name={shown} />
        <span className={styles.who}>
          <span className={styles.name}>{shown}</span>
          {outside !== undefined && <OrganisationBadge id={outside} />}
          <time className={styles.time} dateTime={hit.published} title={formatDateTime(i18n.locale, date)}>
            {time}
          </time>
          {hit.edited && (
            <span className={styles.time}>
              <Trans>Edited</Trans>
            </span>
          )}
        </span>
        <span className={styles.words}>
          {hit.text !== '' && (
            <span className={styles.text} dir="auto">
              <Marked parts={excerpt(hit.text, hit.highlights)} />
            </span>
          )}
          {hit.files.map(({ name, highlights }, index) => (
            // Two files of one message may have one name; and they do not change.
            <span key={index} className={styles.file}>
              <Icon name="file" size={16} />
              <span dir="auto">
                <Marked parts={excerpt(name, highlights)} />
              </span>
            </span>
          ))}
          {hit.where === 'in-file' && (
            <span className={styles.where}>
              <Trans>Found inside the file</Trans>
            </span>
          )}
        </span>
      </Link>
    </li>
  );
}
