/** Bytes of a token (R392). */
export const tokenBytes = 10;

/** Largest body of {@link formatPostings} and of {@link formatPlan}. */
export const maxPostingsBytes = 4 * 1024 * 1024;
export const maxPlanBytes = 8 * 1024 * 1024;

/** All plans of one query together: what a person with some ten thousand rooms needs. */
export const maxPlansBytes = 32 * 1024 * 1024;

/** Rooms of one plan, and the slots that its expression may name. */
export const maxPlanRooms = 512;
export const maxPlanSlots = 4096;

/** Steps inside one another in an expression: eight levels of brackets (search.md) with what each can hold, and a phrase. */
export const maxExpressionDepth = 30;
export const maxExpressionNodes = 16_384;

/** A sealed query: it names the rooms that its asker means, 16 bytes each. */
export const maxSealedQuery = 1024 * 1024;

/** Results of one page. */
export const searchPageItems = 50;

/** Of one answer about rooms, and of one with queries. */
export const maxIndexRooms = 1000;
export const maxQueriesTaken = 20;

/** Generations of one room's index that the core keeps at a time. */
export const maxGenerations = 8;
