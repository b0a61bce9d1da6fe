import type { ListedChange } from '../store/list-changes.ts';

/** A room's two-part changes as members read them (docs/wires.md §9), as JSON text. */
export const changesJson = (changes: readonly ListedChange[]): string =>
  JSON.stringify({
    items: changes.map(({ operationId, kind, state, actor, subjects, since, status, code }) => ({
      operationId,
      kind,
      state,
      actor,
      subjects,
      since: since.toISOString(),
      ...(status === null ? {} : { status }),
      ...(code === null ? {} : { code }),
    })),
  });
