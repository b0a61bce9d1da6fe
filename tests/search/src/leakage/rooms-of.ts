import { analyse } from '@cloister/search-terms';
import { newId, type UserId } from '@cloister/wire';
import { drawer, zipf } from '../corpus/draw.ts';
import { type Random, seeded } from '../corpus/random.ts';
import { talks, text } from '../corpus/talk.ts';

/** Rooms in which people talk mostly in one of these languages, as the terms of their messages; each room has topics of its own. */
export function roomsOf(languages: readonly string[], rooms: number, messages: number, seed: string): string[][][] {
  const spoken = [...new Map(talks.map((talk) => [talk.name, talk])).values()].filter(({ name }) =>
    languages.includes(name),
  );
  return Array.from({ length: rooms }, (_, at) => {
    const random = seeded(`${seed}/${languages.join()}/${at}`);
    const talk = random.pick(spoken);
    const topic = random.below(10_000);
    return Array.from({ length: messages }, () =>
      termsOf(text(talk, drawer(random, topic), 1 + zipf(random, 6)), random),
    );
  });
}

/** What is said: who said it, and that it is a file, the core knows by itself. */
const termsOf = (said: string, random: Random): string[] =>
  analyse({ texts: [{ kind: 'message', text: said }], from: newId<UserId>(random.bytes), has: new Set() }).terms.filter(
    (term) => !/^(from|has):/.test(term),
  );
