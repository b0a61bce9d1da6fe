import type { OutsidePolicy } from '@cloister/wire';

/** What an organisation decided about others. */
export type OutsideRules = { readonly policy: OutsidePolicy; readonly paused: ReadonlySet<string> };

/** Another organisation, as far as it matters. */
export type Other = { readonly id: string; readonly domains: readonly string[] };

/** Who never decided anything meets everybody. */
export const openToAll: OutsideRules = { policy: { mode: 'everybody', domains: [] }, paused: new Set() };

/** Whether an organisation lets its people meet those of another (wires.md §13): the one predicate of it. */
export const mayMeet = ({ policy, paused }: OutsideRules, other: Other): boolean => {
  if (paused.has(other.id)) return false;
  switch (policy.mode) {
    case 'everybody':
      return true;
    case 'listed':
      return other.domains.some((domain) => policy.domains.some((listed) => listed === domain));
    case 'nobody':
      return false;
  }
};
