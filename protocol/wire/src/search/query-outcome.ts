import * as z from 'zod/mini';
import { errorCode } from '../errors/error-code.ts';
import { compactJwe } from '../json/compact.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { maxSealedQuery } from './limits.ts';

const sealedAnswer = z.object({ sealed: compactJwe(maxSealedQuery) });
const queryRefusal = z.object({ code: errorCode() });

/** What the indexer answers by itself, sealed under the key of the question. */
export type SealedAnswer = z.infer<typeof sealedAnswer>;
/** Why the indexer does not look. */
export type QueryRefusal = z.infer<typeof queryRefusal>;

/** `POST /search/v1/queries/<id>/answer`. @throws CloisterError with a `wire/…` code */
export const parseSealedAnswer = (input: Untrusted): SealedAnswer =>
  parseWith(sealedAnswer, input, maxSealedQuery + 4096);

/** `POST /search/v1/queries/<id>/refusal`. @throws CloisterError with a `wire/…` code */
export const parseQueryRefusal = (input: Untrusted): QueryRefusal => parseWith(queryRefusal, input);
