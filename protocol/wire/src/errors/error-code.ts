import * as z from 'zod/mini';

/** A code of the error table, or of a newer one; nothing else, so that no words of a person's stand in its place. */
export const errorCode = () => z.string().check(z.regex(/^[a-z-]{1,32}\/[a-z-]{1,64}$/));
