import * as z from 'zod/mini';
import { checkWith } from '../json/parse-with.ts';
import { readJson, type Untrusted } from '../json/read-json.ts';
import { text } from '../json/schemas.ts';
import { maxKmsRequestBytes } from './parse-kms-request.ts';

const identified = z.object({ requestId: text(256) });

/**
 * The id of a request that may be malformed otherwise, or null: without it no client finds the refusal (kms.md §1.5).
 */
export const requestIdOf = (input: Untrusted): string | null => {
  try {
    return checkWith(identified, readJson(input, maxKmsRequestBytes)).requestId;
  } catch {
    return null;
  }
};
