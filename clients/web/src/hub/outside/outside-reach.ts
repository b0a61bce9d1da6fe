import type { OutsideOrganisation, OutsidePolicy } from '@cloister/wire';

/** Whether a policy lets one's own people meet an organisation; a pause is another matter (docs/wires.md §13). */
export const isAllowed = ({ mode, domains }: OutsidePolicy, organisation: Pick<OutsideOrganisation, 'domains'>) =>
  mode === 'everybody' || (mode === 'listed' && organisation.domains.some((domain) => domains.includes(domain)));

/** What another policy would change for the organisations met so far. */
export interface PolicyReach {
  readonly shutOut: readonly OutsideOrganisation[];
  readonly letIn: readonly OutsideOrganisation[];
}

/** Who is shut out and who is let in again when one policy takes the place of another. */
export function policyReach(
  before: OutsidePolicy,
  after: OutsidePolicy,
  organisations: readonly OutsideOrganisation[],
): PolicyReach {
  const changed = organisations.filter((each) => isAllowed(before, each) !== isAllowed(after, each));
  return {
    shutOut: changed.filter((each) => !isAllowed(after, each)),
    letIn: changed.filter((each) => isAllowed(after, each)),
  };
}

/** Whether two policies decide the same; the order of domains says nothing, and only `listed` heeds them. */
export function samePolicy(a: OutsidePolicy, b: OutsidePolicy): boolean {
  if (a.mode !== b.mode) return false;
  return a.mode !== 'listed' || a.domains.toSorted().join() === b.domains.toSorted().join();
}
