/**
 * Content keys of an organisation are spread over sixteen KEKs (byok.md §3), by a digit of their random id: no KEK wraps
 * too many, and a rotation can go on in parallel.
 */
export const contentShard = (keyId: string): string => keyId.slice(0, 1);
