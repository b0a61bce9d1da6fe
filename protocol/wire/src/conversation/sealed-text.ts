import * as z from 'zod/mini';
import { type CompactJwe, isCompactJwe } from '../json/compact.ts';

/** Longest sealed text, SCR or card input. */
export const maxSealedText = 96 * 1024;

/**
 * Text that its author's device sealed. The core refuses anything else here, so that a client that forgot to seal is told
 * instead of being stored in the clear (R285, R287). Published clients leave empty texts unsealed.
 */
export const sealedText = () =>
  z.custom<CompactJwe | ''>((value) => value === '' || (isCompactJwe(value) && value.length <= maxSealedText));
