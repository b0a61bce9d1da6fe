import type { MasterKeyOverview, MasterKeyView } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useUnusableText } from '../../app/unusable-text.ts';
import { IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Notice } from '../../ui/notice.tsx';
import { type KeyAct, keyActs } from './key-acts.ts';
import styles from './key-card.module.css';
import { KeyFacts } from './key-facts.tsx';
import { keyMenuId, shortKeyId } from './key-id.ts';
import { KeyName } from './key-name.tsx';
import { RevocationProgress, RotationProgress } from './key-progress.tsx';
import { keyStateTexts } from './key-state-text.ts';
import { useKeyActLines } from './use-key-act-lines.ts';

interface Props {
  view: MasterKeyView;
  overview: MasterKeyOverview;
  onAct: (act: KeyAct, view: MasterKeyView) => void;
}

/** One main key of the organisation: how it stands, and what can be done to it. */
export function KeyCard({ view, overview, onAct }: Props) {
  const { t } = useLingui();
  const { uri, state, rotation, revocation, reminder, unusable } = view;
  const id = shortKeyId(uri);
  const lines = useKeyActLines();
  const unusableText = useUnusableText();
  const acts = keyActs(view, overview);
  const { name, meaning } = keyStateTexts[state];
  return (
    <li className={styles.card} data-state={state}>
      <div className={styles.header}>
        <Icon name="key" />
        <h3 className={styles.name}>
          <KeyName uri={uri} />
        </h3>
        <span className={styles.state}>{t(name)}</span>
        {acts.length > 0 && (
          <Menu
            label={t`What to do with key ${id}`}
            trigger={(props) => (
              <IconButton
                {...props}
                id={keyMenuId(uri)}
                icon="more"
                size="small"
                label={t`What to do with key ${id}`}
              />
            )}
            lines={lines(acts, (act) => onAct(act, view))}
          />
        )}
      </div>
      <p className={styles.meaning}>{t(meaning)}</p>
      {rotation && state === 'rotation' && <RotationProgress rotation={rotation} />}
      {revocation && <RevocationProgress revocation={revocation} />}
      {unusable !== undefined && (
        <Notice kind="warning" icon="alert">
          {unusableText(unusable)}
        </Notice>
      )}
      {reminder && (
        <Notice kind="warning" icon="clock">
          <Trans>This key has been active for a year. It is time to rotate it.</Trans>
        </Notice>
      )}
      <KeyFacts view={view} overview={overview} />
    </li>
  );
}

/** The realm's own key, while it protects something of this organisation. */
export function DefaultKeyCard({ overview: { defaultRole, defaultRotation } }: { overview: MasterKeyOverview }) {
  const { t } = useLingui();
  if (defaultRole === 'idle') return null;
  return (
    <li className={styles.card} data-state={defaultRole}>
      <div className={styles.header}>
        <Icon name="key" />
        <h3 className={styles.name}>
          <KeyName uri="default" />
        </h3>
        <span className={styles.state}>{t(keyStateTexts[defaultRole].name)}</span>
      </div>
      <p className={styles.meaning}>
        {defaultRole === 'active' ? (
          <Trans>The key server’s own key protects every other key of your organisation.</Trans>
        ) : (
          <Trans>Still needed for what is not under the new key yet.</Trans>
        )}
      </p>
      {defaultRole === 'rotation' && defaultRotation && <RotationProgress rotation={defaultRotation} />}
    </li>
  );
}
