import type { RoomView } from '@cloister/sdk';
import { useLingui } from '@lingui/react/macro';
import { useSnapshot } from '../state/client-context.tsx';
import { useNames } from '../state/use-names.ts';

/** A function from rooms to the line below their title: who said what last. Empty when it is not known. */
export function usePreviews(rooms: readonly RoomView[]): (room: RoomView) => string {
  const { t } = useLingui();
  const { me } = useSnapshot();
  const nameOf = useNames(rooms.flatMap(({ last }) => last?.actor ?? []));
  return ({ last, directWith }) => {
    if (last === undefined) return '';
    const words = wordsOf(last, t`Shared a file`, t`Deleted a message`);
    if (words === undefined) return '';
    if (last.actor === me.id) return t`You: ${words}`;
    const name = nameOf(last.actor);
    return directWith === undefined ? t`${name}: ${words}` : words;
  };
}

function wordsOf(entry: NonNullable<RoomView['last']>, file: string, deleted: string): string | undefined {
  if (entry.kind === 'message') return entry.content.state === 'open' ? entry.content.value.text : undefined;
  if (entry.kind === 'deleted') return deleted;
  if (entry.kind !== 'files') return undefined;
  const name = entry.files[0]?.name;
  return name?.state === 'open' ? name.value : file;
}
