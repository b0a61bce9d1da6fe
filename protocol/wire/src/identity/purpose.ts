import * as z from 'zod/mini';

/** What a machine may be given keys for: the core services of R097, each switched on and off by itself (wires.md §10). */
export const purpose = z.enum(['indexing', 'transcoding', 'retention', 'ediscovery', 'dlp']);

export type Purpose = z.infer<typeof purpose>;

/** Every purpose there is. */
export const purposes: readonly Purpose[] = purpose.options;
