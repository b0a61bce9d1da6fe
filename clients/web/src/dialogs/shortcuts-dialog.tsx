import { useLingui } from '@lingui/react/macro';
import { isApple } from '../shortcuts/is-apple.ts';
import { shortcutWords } from '../shortcuts/shortcut-words.ts';
import { type Shortcut, shortcuts } from '../shortcuts/shortcuts.ts';
import { Dialog } from '../ui/dialog.tsx';
import styles from './shortcuts-dialog.module.css';

const signs: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc' };
const appleSigns: Record<string, string> = { ...signs, Mod: '⌘', Alt: '⌥', Shift: '⇧' };

/** All shortcuts, from the same table the keyboard reads. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  return (
    <Dialog title={t`Keyboard shortcuts`} width="wide" onClose={onClose}>
      <Group heading={t`Moving`} rows={shortcuts.filter(({ group }) => group === 'moving')} />
      <Group heading={t`Writing`} rows={shortcuts.filter(({ group }) => group === 'writing')} />
    </Dialog>
  );
}

function Group({ heading, rows }: { heading: string; rows: readonly Shortcut[] }) {
  const { t } = useLingui();
  const shown = isApple() ? appleSigns : { ...signs, Mod: 'Ctrl' };
  return (
    <section>
      <h3 className={styles.heading}>{heading}</h3>
      <dl className={styles.table}>
        {rows.map(({ id, keys }) => (
          <div key={id} className={styles.row}>
            <dt>{t(shortcutWords[id])}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key} className={styles.key}>
                  {shown[key] ?? key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
