// Search analysis and query language: which terms a message is found under, what a query means, whether a message is what it asks.
// Pure: it never learns keys, tokens, rooms' members or where a text came from, and nothing leaves it but its answers.
// Spec: ../../../docs/search.md
export { type Analysis, analyse } from './analyse.ts';
export { analyserVersion, testedWith } from './analyser-version.ts';
export type { Cap } from './caps.ts';
export { type Approximation, approximate } from './core-query/approximate.ts';
export { bounds } from './core-query/bounds.ts';
export { mayBeIn } from './core-query/may-be-in.ts';
export { needsSlots } from './core-query/needs-slots.ts';
export type { DocumentText, SearchDocument } from './document.ts';
export { type Has, hasOf, hasWhat, mediaOf } from './has.ts';
export { highlights } from './match/highlights.ts';
export { matches, type SeenMessage, type Verdict } from './match/matches.ts';
export { parseQuery } from './query/parse-query.ts';
export { parseResolvedQuery } from './query/parse-resolved-query.ts';
export type { ParsedNode, ParsedQuery, Sent } from './query/parsed-query.ts';
export type { Query, QueryLeaf, QueryNode } from './query/query.ts';
export { type FilterName, filterNames, type QueryToken, type Span } from './query/query-token.ts';
export { type Names, type Resolved, resolve, type UnknownName } from './query/resolve.ts';
export { type Suggestible, suggestAt } from './query/suggest-at.ts';
