import { parseIndexFigures } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useCallback } from 'react';
import { formatDateTime } from '../../i18n/format-time.ts';
import { useDesk } from '../../search/search-context.tsx';
import { Button } from '../../ui/button.tsx';
import { FaultNotice } from '../../ui/fault-notice.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { Section } from '../section.tsx';
import { AttackTable } from './attack-table.tsx';
import { useLoaded } from './use-loaded.ts';

/** What somebody who holds the index could learn from it, as the indexer measured on its own rooms. */
export function FiguresSection() {
  const { t, i18n } = useLingui();
  const desk = useDesk();
  const figures = useLoaded(
    useCallback(async () => parseIndexFigures((await (await desk.search()).figures()) as object), [desk]),
  );
  const isNotYet = figures.state === 'failed' && figures.fault.code === 'core/search-unavailable';
  const time = figures.state === 'ready' ? formatDateTime(i18n.locale, new Date(figures.value.at)) : '';
  return (
    <Section title={t`What the index gives away`}>
      <p>
        <Trans>
          Whoever holds the index sees how often words occur, though not which words. Once a week your indexer attacks a
          sample of its own rooms as such a person would, with and without what protects the index. Only the shares
          leave it.
        </Trans>
      </p>
      {figures.state === 'loading' && <Spinner label={t`Loading`} />}
      {figures.state === 'failed' && (
        <>
          {isNotYet ? (
            <p>
              <Trans>
                The indexer has no figures yet, or does not run. It makes them when they are first asked for; look again
                in a few minutes.
              </Trans>
            </p>
          ) : (
            <FaultNotice fault={figures.fault} />
          )}
          <div>
            <Button icon="retry" onPress={figures.again}>
              <Trans>Look again</Trans>
            </Button>
          </div>
        </>
      )}
      {figures.state === 'ready' &&
        (figures.value.attacks.length === 0 ? (
          <p>
            <Trans>There is too little in the rooms yet to measure anything.</Trans>
          </p>
        ) : (
          <>
            <AttackTable attacks={figures.value.attacks} />
            <p>
              <Trans>Measured on {time}. Medians over rooms; 0 % means that nothing was learnt.</Trans>
            </p>
          </>
        ))}
    </Section>
  );
}
