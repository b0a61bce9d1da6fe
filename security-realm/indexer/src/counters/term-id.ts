/** What counters know a term by: 64 bits, as two numbers. */
export type TermId = { low: number; high: number };

/**
 * Writes the id of `term` into `id`. It keeps no secret and need not be hard to collide: terms that share an id share a counter, and are
 * all found (a query asks for every bucket of the counter), with a bucket or two asked for in vain. So a plain mixing function will do; it
 * must stay as it is, for stored counters are found by it.
 */
export function writeTermId(id: TermId, term: string): void {
  let low = 0x2f0b4a95 ^ term.length;
  let high = 0x6a09e667;
  for (let at = 0; at < term.length; at++) {
    const unit = term.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x9e3779b1);
    high = Math.imul(high ^ unit, 0x85ebca77) + (low >>> 15);
  }
  low = Math.imul(low ^ (low >>> 16), 0x7feb352d) ^ Math.imul(high ^ (high >>> 13), 0x846ca68b);
  high = Math.imul(high ^ (high >>> 16), 0x27d4eb2f) ^ Math.imul(low ^ (low >>> 15), 0x165667b1);
  id.low = low >>> 0;
  id.high = (high ^ (low >>> 16)) >>> 0;
}
