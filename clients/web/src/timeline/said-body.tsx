import type { Content, MessageText as Text } from '@cloister/sdk';
import { Trans, useLingui } from '@lingui/react/macro';
import { FileCard } from '../files/file-card.tsx';
import { useNames } from '../state/use-names.ts';
import { MessageText } from './message-text.tsx';
import styles from './said-body.module.css';
import type { Said } from './said-entry.tsx';
import { Undecryptable } from './undecryptable.tsx';

/** What was said or shared, or what stands in its place. */
export function SaidBody({ entry }: { entry: Said }) {
  if (entry.kind === 'deleted') return <Deleted entry={entry} />;
  return (
    <>
      {entry.content && <OpenContent entry={entry} content={entry.content} />}
      {entry.kind === 'files' && entry.files.map((file) => <FileCard key={file.id} entry={entry} file={file} />)}
    </>
  );
}

function OpenContent({ entry, content }: { entry: Said; content: Content<Text> }) {
  const { t } = useLingui();
  if (content.state === 'open') return <MessageText text={content.value.text} />;
  if (content.state === 'opening') return <p className={styles.quiet}>{t`Opening…`}</p>;
  return <Undecryptable roomId={entry.roomId} content={content} />;
}

function Deleted({ entry }: { entry: Extract<Said, { kind: 'deleted' }> }) {
  const name = useNames([entry.by])(entry.by);
  return (
    <p className={styles.quiet}>
      {entry.by === entry.actor ? <Trans>Message deleted</Trans> : <Trans>Message deleted by {name}</Trans>}
    </p>
  );
}
