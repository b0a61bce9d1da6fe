import type { RoomView } from '@cloister/sdk';
import { useLingui } from '@lingui/react/macro';
import { useSnapshot } from '../state/client-context.tsx';
import { useNames } from '../state/use-names.ts';

/** A function from rooms to what stands for them on screen: the title, or the other person's name in a room of two. */
export function useRoomTitles(rooms: readonly RoomView[]): (room: RoomView) => string {
  const { t } = useLingui();
  const { me } = useSnapshot();
  const nameOf = useNames(rooms.flatMap(({ directWith }) => directWith ?? []));
  return (room) => {
    if (room.directWith !== undefined) return nameOf(room.directWith);
    if (room.title.state === 'opening') return t`…`;
    if (room.title.state === 'undecryptable') return t`Room with an unreadable title`;
    if (room.title.value.trim() !== '') return room.title.value;
    return room.people.some((id) => id !== me.id) ? t`Room without a title` : t`Only you`;
  };
}

/** The words for one room. */
export function useRoomTitle(room: RoomView): string {
  return useRoomTitles([room])(room);
}
