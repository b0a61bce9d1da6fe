/** Codings the build prepares, best first. */
export const codings = ['br', 'gzip'] as const;

/** One prepared content coding. */
export type Coding = (typeof codings)[number];

/**
 * The best coding a client accepts among those at hand, or undefined for the plain bytes (RFC 9110 §12.5.3).
 * A coding with `q=0` is refused; `*` stands for those not named.
 */
export function chooseCoding(accept: string | undefined, available: readonly Coding[]): Coding | undefined {
  const weights = new Map<string, number>();
  for (const part of (accept ?? '').split(',')) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const quality = parameters.find((piece) => piece.startsWith('q='))?.slice(2);
    if (name !== '') weights.set(name, quality === undefined ? 1 : Number(quality));
  }
  return codings.find((coding) => available.includes(coding) && (weights.get(coding) ?? weights.get('*') ?? 0) > 0);
}
