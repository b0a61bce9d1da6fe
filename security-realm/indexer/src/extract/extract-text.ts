import { type DocumentKind, documentKind, needsPassword, saysEncrypted } from '@cloister/sandbox';
import { CloisterError } from '@cloister/wire';
import type { Extracted, UnreadReason } from './extracted.ts';
import { defaultExtractLimits, type ExtractLimits } from './limits.ts';
import { officeText } from './office-text.ts';
import { pdfText } from './pdf-text.ts';
import { plainText } from './plain-text.ts';

export interface ExtractOptions {
  /** What its sender calls it, and says that it is. Both only help where the content leaves a choice. */
  readonly name: string;
  readonly mimeType?: string | undefined;
  /** Ends the reading. */
  readonly signal?: AbortSignal | undefined;
  readonly limits?: ExtractLimits;
  /** Whether programs can be run in a sandbox here; where not, what needs them is not read. */
  readonly sandbox?: boolean;
}

/**
 * The text of a file, or why it was not read. What it is its content tells; PDF and Office documents meet other programs
 * in a sandbox only (ADR 8), everything else is read here.
 * @throws client/cancelled by the signal.
 */
export async function extractText(bytes: Uint8Array, options: ExtractOptions): Promise<Extracted> {
  const { limits = defaultExtractLimits, sandbox = true, signal } = options;
  try {
    const kind = kindOf(bytes, limits);
    if (needsPassword(bytes, limits.zipEntries)) return { unread: 'password' };
    if (kind === undefined) return await plainText({ ...options, bytes, characters: limits.characters });
    if (!sandbox) return { unread: 'no-sandbox' };
    if (kind === 'pdf') return await pdfText({ pdf: bytes, limits, signal });
    return await officeText({ document: bytes, kind, limits, signal });
  } catch (error) {
    const unread = error instanceof CloisterError ? reasons.get(error.code) : undefined;
    if (unread === undefined) throw error;
    return { unread: unread === 'failed' && saysEncrypted(bytes) ? 'password' : unread };
  }
}

const reasons: ReadonlyMap<string, UnreadReason> = new Map([
  ['transcoder/too-large', 'too-large'],
  ['transcoder/failed', 'failed'],
  ['transcoder/timed-out', 'timeout'],
  ['transcoder/converter-missing', 'no-sandbox'],
  ['transcoder/sandbox-unavailable', 'no-sandbox'],
]);

function kindOf(bytes: Uint8Array, limits: ExtractLimits): DocumentKind | undefined {
  try {
    return documentKind(bytes, limits);
  } catch (error) {
    if (error instanceof CloisterError && error.code === 'transcoder/unsupported') return undefined;
    throw error;
  }
}
