import * as z from 'zod/mini';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { dateTime, integer, list, text } from '../json/schemas.ts';

const count = integer(0, Number.MAX_SAFE_INTEGER);
const share = z.number().check(z.minimum(0), z.maximum(1));

const indexFigures = z.object({
  v: z.literal(1),
  at: dateTime(),
  postings: count,
  documents: count,
  tokens: count,
  perDocument: z.number().check(z.minimum(0)),
  sharedTokens: count,
  searched: count,
  attacks: list(z.object({ name: text(100), measure: text(100), unprotected: share, protected: share }), 100),
});

/**
 * What a sample of an organisation's own index gives away: of each attack which share was learnt, 0 to 1, had nothing been
 * done about it and as the index is (docs/wires.md §14, "Figures").
 */
export type IndexFigures = z.infer<typeof indexFigures>;

/** The sealed answer to a query for figures, opened. @throws CloisterError with a `wire/…` code */
export const parseIndexFigures = (input: Untrusted): IndexFigures => parseWith(indexFigures, input);
