import type { KmsResponse } from '@cloister/wire';
import type { Outcome } from '../domain/outcome.ts';
import type { Party } from '../domain/party.ts';
import type { ResourceRow } from '../store/resource-row.ts';

/** A change of a resource's list: the published reply, beside it the list's version (wires.md §4), and whom it was about. */
export const listOutcome = (reply: KmsResponse, resource: ResourceRow, subjects: readonly Party[]): Outcome => ({
  response: { ...reply, cloister: { authorizationVersion: resource.listVersion } },
  keys: [],
  resource,
  subjects,
  keyUris: [],
});
