import type { MasterKeyOverview } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '../../ui/button.tsx';
import { Switch } from '../../ui/switch.tsx';
import { Facts, Section } from '../section.tsx';
import styles from './byok-section.module.css';
import { KeyName } from './key-name.tsx';
import { ProtectionText } from './protection-text.tsx';
import { useReach } from './reach.tsx';

interface Props {
  overview: MasterKeyOverview;
  isOn: boolean;
  onSwitch: () => void;
  onAdd: () => void;
}

/** The switch, and what the main key of the organisation is (R014 to R016). */
export function ByokSection({ overview, isOn, onSwitch, onAdd }: Props) {
  const { t } = useLingui();
  const { head, keys, reach } = overview;
  return (
    <Section title={t`Main key`}>
      <p className={styles.intro}>
        <Trans>
          The main key protects every other key of your organisation. Bring your own, and you decide whether anything of
          your organisation can be read at all.
        </Trans>
      </p>
      <div className={styles.line}>
        <span id="byok" className={styles.name}>
          <Trans>Bring Your Own Key (BYOK)</Trans>
        </span>
        <Switch isOn={isOn} labelledBy="byok" onPress={onSwitch} />
      </div>
      <Facts
        facts={[
          [t`Main key`, head === null ? t`None: the original key is needed` : <KeyName key="head" uri={head} />],
          [t`Key store`, <ProtectionText key="protection" overview={overview} source="BYOK" />],
          [t`Reach`, useReach(reach)],
        ]}
      />
      {isOn && (
        <div>
          <Button kind={keys.length === 0 ? 'primary' : 'plain'} icon="add" onPress={onAdd}>
            {keys.length === 0 ? <Trans>Add a key</Trans> : <Trans>Add another key</Trans>}
          </Button>
        </div>
      )}
    </Section>
  );
}
