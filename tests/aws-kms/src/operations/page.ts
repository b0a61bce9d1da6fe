import * as z from 'zod/mini';
import { AwsError } from '../aws-error.ts';

/** The paging members of a list operation's input. */
export const pageInput = (limit: number) => ({
  Limit: z._default(z.int().check(z.minimum(1), z.maximum(1000)), limit),
  Marker: z.optional(z.string().check(z.minLength(1), z.maxLength(1024))),
});

/** One page of a list, and the paging members of the reply. A marker is the id of the last one seen. */
export function page<T extends { readonly id: string }>(
  all: readonly T[],
  input: { Limit: number; Marker?: string | undefined },
) {
  const start = input.Marker === undefined ? 0 : all.findIndex(({ id }) => id === input.Marker) + 1;
  if (input.Marker !== undefined && start === 0) throw new AwsError('InvalidMarkerException', 'no such marker');
  const items = all.slice(start, start + input.Limit);
  const last = items.at(-1)?.id;
  const truncated = start + items.length < all.length;
  return { items, Truncated: truncated, ...(truncated && { NextMarker: last }) };
}
