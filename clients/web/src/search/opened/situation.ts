import type { SearchSnapshot, UnknownName } from '@cloister/sdk';

/** What a search has come to, for a sentence. */
export type Situation =
  | { readonly kind: 'asking' }
  | { readonly kind: 'coming'; readonly count: number }
  | { readonly kind: 'found'; readonly count: number; readonly more: boolean }
  /** Everything was looked at. */
  | { readonly kind: 'nothing'; readonly rooms: number }
  /** Something was not looked at, or cannot be opened: there may be something. */
  | { readonly kind: 'nothing-yet' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'unknown'; readonly names: readonly UnknownName[] }
  /** What was found before it failed stays. `retry`: whether asking again can help, and when it is done by itself. */
  | { readonly kind: 'failed'; readonly code: string; readonly count: number; readonly retry: Retry };

export type Retry = 'none' | 'asked' | 'soon' | 'online';

/** What was left out, beside what was found. */
export interface Gaps {
  readonly lagging: number;
  readonly since?: string;
  readonly missing: number;
  readonly unsearched: number;
  readonly unopened: number;
}

/** Never says that there is nothing while something was not looked at (R397). */
export function situationOf(found: SearchSnapshot, keysRevoked: boolean): Situation {
  const count = found.hits.length;
  switch (found.state) {
    case 'empty':
      return { kind: 'empty' };
    case 'unknown':
      return { kind: 'unknown', names: found.unknown ?? [] };
    case 'asking':
    case 'partial':
      return count === 0 ? { kind: 'asking' } : { kind: 'coming', count };
    case 'failed': {
      // Whatever it was that did not answer: without the main key nothing does.
      const code = keysRevoked ? 'kms/revoked' : (found.code ?? '');
      return { kind: 'failed', code, count, retry: retryOf(code) };
    }
    case 'done': {
      if (count > 0) return { kind: 'found', count, more: found.canMore };
      const { reach } = found;
      const isWhole = !hasGaps(gapsOf(found)) && !found.canMore;
      return reach !== undefined && isWhole ? { kind: 'nothing', rooms: reach.rooms } : { kind: 'nothing-yet' };
    }
  }
}

/** What was left out of a search that has an answer. */
export function gapsOf({ reach, unopened }: SearchSnapshot): Gaps {
  const { lagging = 0, missing = 0, unsearched = 0, since } = reach ?? {};
  return { lagging, missing, unsearched, unopened, ...(since === undefined ? {} : { since }) };
}

/** Whether something was left out. */
export const hasGaps = ({ lagging, missing, unsearched, unopened }: Gaps): boolean =>
  lagging + missing + unsearched + unopened > 0;

/** Nothing of these changes by asking again. */
const lasting: readonly string[] = [
  'core/search-off',
  'search/too-long',
  'search/too-many-parts',
  'search/too-deep',
  'search/too-broad',
];
/** These pass by themselves. */
const passing: readonly string[] = ['core/search-unavailable', 'core/too-many', 'core/unavailable', 'kms/unavailable'];

function retryOf(code: string): Retry {
  if (lasting.includes(code)) return 'none';
  if (passing.includes(code)) return 'soon';
  return code === 'client/offline' || code === 'kms/revoked' ? 'online' : 'asked';
}
