import { convertOffice, type DocumentKind, documentKind, readAll } from '@cloister/sandbox';
import { defaultLimits, type Limits } from './limits.ts';
import { type Pages, pdfToPages } from './pages/pdf-to-pages.ts';

export interface ConvertOptions {
  readonly limits?: Limits;
  /** Ends the conversion. */
  readonly signal?: AbortSignal;
}

export interface Conversion extends Pages {
  readonly kind: DocumentKind;
}

/**
 * A document's pages as images. Nothing here knows a key, a room or the network; the document meets other programs in
 * a sandbox only, and of their answer only pixels are believed.
 * @throws transcoder/unsupported for what is no document, and the other `transcoder/…` errors.
 */
export async function convert(document: Uint8Array, options: ConvertOptions = {}): Promise<Conversion> {
  const { limits = defaultLimits, signal } = options;
  const kind = documentKind(document, limits);
  const pdf =
    kind === 'pdf'
      ? document
      : await convertOffice({ document, kind, format: 'pdf', limits, signal }, (output) =>
          readAll(output, limits.pdfBytes),
        );
  return { kind, ...(await pdfToPages({ pdf, limits, signal })) };
}
