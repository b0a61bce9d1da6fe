import type { RoomId } from '@cloister/wire';
import { insist } from '../crash/change.ts';
import type { Journal } from '../crash/journal.ts';
import { type SdkPerson, say } from '../sdk/sdk-person.ts';

/** What was written, each text a word of its own, and what became of it. */
export interface Written {
  /** In the room where nothing is changed, with its author. */
  readonly kept: { readonly text: string; readonly author: SdkPerson }[];
  /** In the other room: words that messages have since they were edited. */
  readonly edited: string[];
  /** Words that no message has any more. */
  readonly gone: string[];
}

export interface VolleyOptions {
  readonly people: readonly SdkPerson[];
  readonly kept: RoomId;
  readonly changed: RoomId;
  readonly journal: Journal;
}

/** Makes everybody write, edit and delete something at once, time and again, and notes it. */
export const volleys = ({ people, kept, changed, journal }: VolleyOptions) => {
  const written: Written = { kept: [], edited: [], gone: [] };
  let next = 1;
  const word = () => `word${next++}`;

  const store = async (author: SdkPerson, roomId: RoomId, text: string) => {
    const { id } = await say(author, roomId, text);
    if (id === undefined) throw new Error(`"${text}" was sent but has no place`);
    return id;
  };
  const write = async (author: SdkPerson): Promise<void> => {
    for (let n = 0; n < 2; n += 1) {
      const text = word();
      await store(author, kept, text);
      written.kept.push({ text, author });
    }
    const [first, second, better] = [word(), word(), word()];
    const edited = await store(author, changed, first);
    const deleted = await store(author, changed, second);
    await insist(journal, `edit ${first}`, () => author.client.edit(changed, edited, { text: better }));
    await insist(journal, `delete ${second}`, () => author.client.remove(changed, deleted));
    written.edited.push(better);
    written.gone.push(first, second);
  };
  return {
    written,
    /** Resolves when everything is stored. */
    volley: async (): Promise<void> => {
      await Promise.all(people.map(write));
    },
  };
};
