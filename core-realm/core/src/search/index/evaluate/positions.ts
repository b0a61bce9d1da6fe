/** Documents of a room, ascending: those listed, or all of the room's but those listed. */
export interface Positions {
  readonly except: boolean;
  readonly list: readonly number[];
}

export const none: Positions = { except: false, list: [] };
export const everything: Positions = { except: true, list: [] };

/** The documents of several lists in any order, once each. */
export const oneList = (positions: readonly number[]): readonly number[] => {
  if (positions.length < 2) return positions;
  const sorted = Float64Array.from(positions).sort();
  return Array.from(sorted.filter((position, index) => index === 0 || position !== sorted[index - 1]));
};

export const not = ({ except, list }: Positions): Positions => ({ except: !except, list });

export const and = (a: Positions, b: Positions): Positions => {
  if (a.except && b.except) return { except: true, list: oneList([...a.list, ...b.list]) };
  const [kept, by] = a.except ? [b, a] : [a, b];
  const others = new Set(by.list);
  return { except: false, list: kept.list.filter((position) => others.has(position) !== by.except) };
};

export const or = (a: Positions, b: Positions): Positions => not(and(not(a), not(b)));

export const isNone = ({ except, list }: Positions): boolean => !except && list.length === 0;
