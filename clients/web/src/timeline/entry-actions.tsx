import { useLingui } from '@lingui/react/macro';
import { useEditing } from '../composer/editing-context.tsx';
import { useDialogs } from '../dialogs/dialogs-context.tsx';
import { useSnapshot } from '../state/client-context.tsx';
import { IconButton } from '../ui/button.tsx';
import styles from './entry-actions.module.css';
import { canDelete, canEdit } from './entry-rights.ts';
import type { Said } from './said-entry.tsx';

/** What one can do with an entry; shown when the entry has the pointer or the focus. */
export function EntryActions({ entry }: { entry: Said }) {
  const { t } = useLingui();
  const { me } = useSnapshot();
  const { open } = useDialogs();
  const { edit } = useEditing();
  if (!canDelete(entry, me.id)) return null;
  return (
    <div className={styles.actions}>
      {canEdit(entry, me.id) && (
        <IconButton icon="edit" size="small" label={t`Edit message`} onPress={() => edit(entry)} />
      )}
      <IconButton
        icon="remove"
        size="small"
        label={t`Delete message`}
        onPress={() => open({ dialog: 'delete-entry', roomId: entry.roomId, id: entry.id })}
      />
    </div>
  );
}
