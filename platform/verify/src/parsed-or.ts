import { CloisterError, type ErrorCode } from '@cloister/wire';

/** What `parse` returns, or one refusal for every fault: who forges a token learns nothing from the answer. */
export function parsedOr<T>(refusal: ErrorCode, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw new CloisterError(refusal);
  }
}
