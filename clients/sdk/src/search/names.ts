import type { RoomId, UserId } from '@cloister/wire';
import type { ClientSnapshot } from '../api/client-snapshot.ts';
import type { Destination } from '../api/search.ts';

const readable = (text: string): string => text.normalize('NFKC').toLowerCase();
const words = (text: string): string[] =>
  readable(text)
    .split(/[^\p{L}\p{M}\p{N}@.]+/u)
    .filter((word) => word !== '');

/** Whether each word that was typed begins a word of the name; what has no spaces may stand anywhere. */
export const isCalled = (name: string, typed: string): boolean => {
  const whole = readable(name);
  const named = words(name);
  return words(typed).every((word) =>
    isUnspaced.test(word) ? whole.includes(word) : named.some((part) => part.startsWith(word)),
  );
};

const isUnspaced = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}]/u;

/** The same name; of people also the same address. */
const isExactly = (name: string, typed: string): boolean => readable(name).trim() === readable(typed).trim();

export interface Named {
  readonly people: readonly (Destination & { readonly kind: 'person' })[];
  readonly rooms: readonly (Destination & { readonly kind: 'room' })[];
}

/** Everybody and every room that this client can call by name, newest rooms first. */
export const namedIn = ({ people, rooms, me }: ClientSnapshot): Named => ({
  people: [...people.values()].flatMap(({ id, known, name }) =>
    known && name !== '' && id !== me.id ? [{ kind: 'person' as const, id, name }] : [],
  ),
  rooms: rooms.flatMap(({ id, title, directWith }) => {
    const name = directWith === undefined ? titleOf(title) : people.get(directWith)?.name;
    return name === undefined || name === '' ? [] : [{ kind: 'room' as const, id, title: name }];
  }),
});

const titleOf = (title: ClientSnapshot['rooms'][number]['title']): string | undefined =>
  title.state === 'open' ? title.value : undefined;

/** Who is meant by `from:`; somebody of exactly that name or address alone. */
export const peopleCalled = ({ people, me }: ClientSnapshot, typed: string): UserId[] => {
  const all = [...people.values()].filter(({ known }) => known);
  if (own.has(readable(typed))) return [me.id];
  const exact = all.filter(
    ({ name, email }) => isExactly(name, typed) || (email !== undefined && isExactly(email, typed)),
  );
  return (exact.length > 0 ? exact : all.filter(({ name }) => isCalled(name, typed))).map(({ id }) => id);
};

const own = new Set(['me', '私', '나', 'moi']);

/** Which rooms are meant by `in:`. */
export const roomsCalled = (snapshot: ClientSnapshot, typed: string): RoomId[] => {
  const { rooms } = namedIn(snapshot);
  const exact = rooms.filter(({ title }) => isExactly(title, typed));
  return (exact.length > 0 ? exact : rooms.filter(({ title }) => isCalled(title, typed))).map(({ id }) => id);
};
