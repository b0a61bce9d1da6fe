import { loadavg } from 'node:os';

/** One kind of work: what one slice of it costs an operation, split by who spends it. */
export type Slice = () => Promise<Readonly<Record<string, number>>>;

/**
 * Takes a slice of each kind in turn, over and over, and gives the median of each of its numbers: a machine that is busy,
 * warm or slow for a while is so for ours and for the bare loop. The numbers also go to stderr.
 */
export async function inRounds<Name extends string>(
  rounds: number,
  slices: Readonly<Record<Name, Slice>>,
): Promise<Record<Name, Readonly<Record<string, number>>>> {
  const taken = new Map<string, Map<string, number[]>>();
  for (let round = 0; round < rounds; round++) {
    for (const [kind, slice] of Object.entries<Slice>(slices)) {
      const numbers = taken.get(kind) ?? new Map<string, number[]>();
      taken.set(kind, numbers);
      for (const [name, value] of Object.entries(await slice())) {
        numbers.set(name, [...(numbers.get(name) ?? []), value]);
      }
    }
  }
  const medians = [...taken].map(([kind, numbers]) => {
    const each = Object.fromEntries([...numbers].map(([name, values]) => [name, median(values)]));
    const told = Object.entries(each).map(([name, value]) => `${name} ${value.toFixed(1)}`);
    process.stderr.write(`  ${kind}: ${told.join(', ')} (µs CPU/op)\n`);
    return [kind, each] as const;
  });
  process.stderr.write(`  load average ${(loadavg()[0] ?? 0).toFixed(1)}\n`);
  return Object.fromEntries(medians) as Record<Name, Readonly<Record<string, number>>>;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
