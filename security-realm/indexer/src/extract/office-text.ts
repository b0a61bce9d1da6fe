import { type ConvertOffice, convertOffice, type DocumentKind } from '@cloister/sandbox';
import type { Extracted } from './extracted.ts';
import type { ExtractLimits } from './limits.ts';
import { openDocumentText } from './open-document-text.ts';
import { readMarkup } from './read-markup.ts';
import { TextCollector } from './text-collector.ts';

export interface OfficeText {
  readonly document: Uint8Array;
  readonly kind: Exclude<DocumentKind, 'pdf'>;
  readonly limits: ExtractLimits;
  readonly signal?: AbortSignal | undefined;
}

const formats = {
  doc: 'fodt',
  docx: 'fodt',
  odp: 'fodp',
  ods: 'fods',
  odt: 'fodt',
  ppt: 'fodp',
  pptx: 'fodp',
  rtf: 'fodt',
  xls: 'fods',
  xlsx: 'fods',
} as const satisfies Record<OfficeText['kind'], ConvertOffice['format']>;

/**
 * The text of an Office document: LibreOffice writes it as one XML file, which has every sheet, slide, note and comment,
 * and no pages. That file is believed no more than the document was.
 */
export async function officeText({ document, kind, limits, signal }: OfficeText): Promise<Extracted> {
  const format = formats[kind];
  const collector = new TextCollector(limits.characters);
  const reader = readMarkup('xml', openDocumentText({ collector, kind: format }));
  const decoder = new TextDecoder();
  return convertOffice({ document, kind, format, limits, signal }, async (output) => {
    for await (const chunk of output) {
      reader.write(decoder.decode(chunk, { stream: true }));
      if (collector.full) break;
    }
    return collector.finish();
  });
}
