import { isRecord } from '../json.ts';

/** Whether two plain values say the same. */
export const same = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, at) => same(item, b[at]));
  if (!isRecord(a) || !isRecord(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]))
  );
};

/** `next`, with every item that says the same as before replaced by the object from before: screens compare identity. */
export const keepSame = <T>(previous: readonly T[], next: readonly T[], keyOf: (item: T) => string): readonly T[] => {
  const before = new Map(previous.map((item) => [keyOf(item), item]));
  const kept = next.map((item) => {
    const known = before.get(keyOf(item));
    return known !== undefined && same(known, item) ? known : item;
  });
  const unchanged = kept.length === previous.length && kept.every((item, at) => item === previous[at]);
  return unchanged ? previous : kept;
};
