import type { OutsideOrganisation, OutsideOverview } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { useConfig } from '../../state/config-context.tsx';
import { Section } from '../section.tsx';
import styles from './outside.module.css';
import { OutsideCard } from './outside-card.tsx';
import { PauseDialog } from './pause-dialog.tsx';
import type { ChangeOutside } from './use-outside.ts';

interface Props {
  overview: OutsideOverview;
  change: ChangeOutside;
}

/** The organisations that were met, and the switch that pauses one. */
export function OutsideSection({ overview: { organisations, policy }, change }: Props) {
  const { t } = useLingui();
  const { organisation } = useConfig();
  const [asked, setAsked] = useState<OutsideOrganisation>();
  const own = organisation.name;
  return (
    <Section title={t`Organisations met`}>
      {organisations.length === 0 ? (
        <p className={styles.intro}>
          <Trans>
            Nobody of {own} has shared a room with people of another organisation yet. An organisation appears here with
            its first room; nothing has to be set up for it.
          </Trans>
        </p>
      ) : (
        <ul className={styles.cards}>
          {organisations.map((each) => (
            <OutsideCard key={each.id} organisation={each} policy={policy} onAsk={() => setAsked(each)} />
          ))}
        </ul>
      )}
      {asked && <PauseDialog organisation={asked} change={change} onClose={() => setAsked(undefined)} />}
    </Section>
  );
}
