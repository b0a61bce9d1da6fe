/** Bounds of a query (docs/search.md): code points; words, phrases and filters; brackets in one another. */
export const maxQueryLength = 1024;
export const maxQueryParts = 64;
export const maxQueryDepth = 8;

/** People or rooms that one filter of a resolved query names. */
export const maxNamed = 1024;

/** Operators in one another in a resolved query: at each level of brackets an OR, an AND and a NOT, and filters side by side. */
export const maxResolvedDepth = 3 * (maxQueryDepth + 1) + 1;
