import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { formatMoment } from '../../i18n/format-time.ts';
import { useConfig } from '../../state/config-context.tsx';
import { Notice } from '../../ui/notice.tsx';
import type { Gaps } from './situation.ts';

/** What a search has left out, and since when: nothing that was found is all there is while one of these is on screen (R397). */
export function GapNotices({ gaps: { lagging, since, missing, unsearched, unopened } }: { gaps: Gaps }) {
  const { t, i18n } = useLingui();
  const { organisation } = useConfig();
  const own = organisation.name;
  const time = since === undefined ? undefined : formatMoment(i18n.locale, new Date(since));
  return (
    <>
      {lagging > 0 && (
        <Notice kind="warning" icon="clock">
          {time === undefined
            ? t`${plural(lagging, { one: 'The newest messages in # room are not indexed yet.', other: 'The newest messages in # rooms are not indexed yet.' })}`
            : t`${plural(lagging, { one: `Messages since ${time} in # room are not indexed yet.`, other: `Messages since ${time} in # rooms are not indexed yet.` })}`}{' '}
          <Trans>The indexer of {own} is at it; search again in a moment.</Trans>
        </Notice>
      )}
      {missing > 0 && (
        <Notice kind="warning" icon="clock">
          {t`${plural(missing, { one: '# room has no index yet, so nothing in it can be found.', other: '# rooms have no index yet, so nothing in them can be found.' })}`}{' '}
          <Trans>The indexer of {own} makes one; search again later.</Trans>
        </Notice>
      )}
      {unsearched > 0 && (
        <Notice kind="warning" icon="outside">
          {t`${plural(unsearched, { one: '# room could not be searched now: the key server of its organisation is out of reach.', other: '# rooms could not be searched now: the key servers of their organisations are out of reach.' })}`}{' '}
          <Trans>Search again when it is back.</Trans>
        </Notice>
      )}
      {unopened > 0 && (
        <Notice kind="warning" icon="lock">
          {t`${plural(unopened, { one: '# message may match and cannot be opened by you now.', other: '# messages may match and cannot be opened by you now.' })}`}{' '}
          <Trans>Their key was not given to you; a room tells under “Who can read this” whom to ask.</Trans>
        </Notice>
      )}
    </>
  );
}
