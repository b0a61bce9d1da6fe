import { Trans, useLingui } from '@lingui/react/macro';
import { formatDay } from '../../i18n/format-time.ts';
import { useRoomTitles } from '../../rooms/use-room-title.ts';
import { useSnapshot } from '../../state/client-context.tsx';
import { useNow } from '../../state/use-now.ts';
import { Button } from '../../ui/button.tsx';
import { FaultNotice } from '../../ui/fault-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useDesk } from '../search-context.tsx';
import type { DeskState } from '../search-desk.ts';
import { GapNotices } from './gap-notices.tsx';
import { MoreResults } from './more-results.tsx';
import { resultGroups } from './result-groups.ts';
import { ResultLine } from './result-line.tsx';
import styles from './results.module.css';
import { gapsOf, hasGaps, situationOf } from './situation.ts';
import { SituationText } from './situation-text.tsx';
import { UnknownNames } from './unknown-names.tsx';
import { useSearchView } from './use-search-view.ts';

interface Props {
  asked: NonNullable<DeskState['asked']>;
  /** A hit is followed. */
  onLeave: (hit: string) => void;
  onSearch: (text: string) => void;
}

/** How a search goes, what it has left out, and what it found. */
export function Results({ asked: { text, view, fault }, onLeave, onSearch }: Props) {
  const { t, i18n } = useLingui();
  const desk = useDesk();
  const { rooms, keysRevoked } = useSnapshot();
  const titleOf = useRoomTitles(rooms);
  const now = useNow();
  const found = useSearchView(view);
  const again = (
    <Button icon="retry" onPress={() => void (found?.state === 'failed' ? view?.more() : desk.again())}>
      <Trans>Search again</Trans>
    </Button>
  );
  if (fault !== undefined) {
    return (
      <div className={styles.told}>
        <FaultNotice fault={fault} />
        <div>{again}</div>
      </div>
    );
  }
  const situation = found === undefined ? ({ kind: 'asking' } as const) : situationOf(found, keysRevoked);
  const gaps = found && gapsOf(found);
  const isGap = gaps !== undefined && hasGaps(gaps);
  const mayAsk = situation.kind === 'failed' ? situation.retry !== 'none' : isGap && situation.kind !== 'coming';
  return (
    <>
      <div className={styles.told}>
        <div role="status" className={styles.told}>
          {situation.kind === 'failed' ? (
            <Notice kind="warning" icon="alert">
              <SituationText situation={situation} />
            </Notice>
          ) : (
            <p className={styles.situation}>
              <SituationText situation={situation} />
            </p>
          )}
          {gaps && <GapNotices gaps={gaps} />}
        </div>
        {situation.kind === 'unknown' && <UnknownNames text={text} names={situation.names} onSearch={onSearch} />}
        {mayAsk && <div>{again}</div>}
      </div>
      {resultGroups(found?.hits ?? []).map(({ key, roomId, date, hits }) => {
        const room = rooms.find(({ id }) => id === roomId);
        const title = room === undefined ? t`A room you are no longer in` : titleOf(room);
        const day = formatDay(i18n.locale, date, now);
        return (
          <div key={key}>
            <h2 className={styles.heading}>
              {title} <span className={styles.day}>{day}</span>
            </h2>
            <ul>
              {hits.map((hit) => (
                <ResultLine key={hit.activityId} hit={hit} onLeave={() => onLeave(hit.activityId)} />
              ))}
            </ul>
          </div>
        );
      })}
      {view && found?.state === 'done' && found.canMore && <MoreResults view={view} count={found.hits.length} />}
    </>
  );
}
