import {
  type AttackResult,
  attackRoom,
  auxiliaryOf,
  medianResult,
  RandomSource,
  type RoomTerms,
} from '@cloister/indexer';
import { seeded } from '../corpus/random.ts';
import { type SchemeName, schemeNames, schemes } from './schemes.ts';

/** Rooms that are attacked, and others of the same language, which the attacker has read. */
export type Target = { readonly rooms: readonly RoomTerms[]; readonly elsewhere: readonly RoomTerms[] };

/** Each scheme under each attack: the median over all rooms. The seed alone decides. */
export function measureLeakage(targets: readonly Target[], seed: string): Record<SchemeName, AttackResult> {
  const known = targets.map(({ rooms, elsewhere }) => ({ rooms, auxiliary: auxiliaryOf(elsewhere) }));
  const measured = schemeNames.map((name) => {
    const random = new RandomSource(seeded(`${seed}/${name}`).bytes);
    const results = known.flatMap(({ rooms, auxiliary }) =>
      rooms.map((room) => attackRoom(room, schemes[name], auxiliary, random)),
    );
    return [name, medianResult(results)] as const;
  });
  return Object.fromEntries(measured) as Record<SchemeName, AttackResult>;
}
