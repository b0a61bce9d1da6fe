/** One measured figure, as `--json` writes it. It passes when `ratio` is at least `goal`. */
export interface Figure {
  readonly value: number;
  readonly unit: string;
  /** The bare loop's value in the same unit, or the limit where the goal is one. */
  readonly bare: number;
  readonly ratio: number;
  /** Undefined: stated, not judged. */
  readonly goal?: number;
}

/** CPU microseconds an operation: ours against the bare loop's of the same run. */
export function costFigure(ours: number, bare: number, goal: number): Figure {
  return { value: round(ours), unit: 'µs CPU/op', bare: round(bare), ratio: round(bare / ours), goal };
}

/** A limit that must not be exceeded. */
export function limitFigure(value: number, limit: number, unit: string): Figure {
  return { value: round(value), unit, bare: limit, ratio: round(limit / value), goal: 1 };
}

/** A figure of a peer that others published: at least as good is 1. */
export function peerFigure(value: number, peer: number, unit: string, better: 'more' | 'less'): Figure {
  return { value: round(value), unit, bare: peer, ratio: round(better === 'more' ? value / peer : peer / value) };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
