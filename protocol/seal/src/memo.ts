const MAX_ENTRIES = 512;
const MAX_KEY = 512;

/** Remembers a pure function's results for short keys; forgets everything when full, so no input can make it grow. */
export function memo<V>(compute: (key: string) => V): (key: string) => V {
  const known = new Map<string, V>();
  return (key) => {
    const old = known.get(key);
    if (old !== undefined) return old;
    const value = compute(key);
    if (known.size >= MAX_ENTRIES) known.clear();
    if (key.length <= MAX_KEY) known.set(key, value);
    return value;
  };
}
