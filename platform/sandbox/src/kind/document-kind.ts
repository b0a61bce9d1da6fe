import { CloisterError } from '@cloister/wire';
import type { DocumentLimits } from '../limits.ts';
import { checkZipSize } from './check-zip-size.ts';
import { isCompoundFile, rootStreams } from './compound-file.ts';
import { readZipDirectory, type ZipDirectory } from './zip-directory.ts';

/** The kinds that become pages, named as their files usually end. */
export type DocumentKind = 'doc' | 'docx' | 'odp' | 'ods' | 'odt' | 'pdf' | 'ppt' | 'pptx' | 'rtf' | 'xls' | 'xlsx';

/**
 * What a document is, by its content alone: a name or a claimed type is somebody's word.
 * @throws transcoder/unsupported when it is nothing that becomes pages, transcoder/too-large when it would unpack to too much.
 */
export function documentKind(document: Uint8Array, limits: DocumentLimits): DocumentKind {
  const bytes = Buffer.from(document.buffer, document.byteOffset, document.byteLength);
  if (bytes.length > limits.inputBytes) throw new CloisterError('transcoder/too-large');
  if (startsWith(bytes, '%PDF-')) return 'pdf';
  if (startsWith(bytes, '{\\rtf')) return 'rtf';
  const kind = isCompoundFile(bytes) ? kindOfCompoundFile(bytes) : kindOfZip(bytes, limits);
  if (kind === undefined) throw new CloisterError('transcoder/unsupported');
  return kind;
}

const startsWith = (bytes: Buffer, text: string) => bytes.subarray(0, text.length).equals(Buffer.from(text, 'latin1'));

/** [MS-DOC] 2.1, [MS-XLS] 2.1.2 and [MS-PPT] 2.1.1 name the stream that each must have. */
function kindOfCompoundFile(bytes: Buffer): DocumentKind | undefined {
  const streams = rootStreams(bytes);
  if (streams.has('WordDocument')) return 'doc';
  if (streams.has('Workbook') || streams.has('Book')) return 'xls';
  return streams.has('PowerPoint Document') ? 'ppt' : undefined;
}

function kindOfZip(bytes: Buffer, limits: DocumentLimits): DocumentKind | undefined {
  const directory = readZipDirectory(bytes, limits.zipEntries);
  if (directory === undefined) return undefined;
  const kind = kindOfOpenXml(directory) ?? kindOfOpenDocument(bytes, directory);
  if (kind !== undefined) checkZipSize(directory, limits);
  return kind;
}

const openXmlParts: ReadonlyMap<string, DocumentKind> = new Map([
  ['word/document.xml', 'docx'],
  ['xl/workbook.xml', 'xlsx'],
  ['ppt/presentation.xml', 'pptx'],
]);

/** ECMA-376 part 2, 10.1.2: a package is a zip with its content types; which of the three it is, its main part tells. */
function kindOfOpenXml({ entries }: ZipDirectory): DocumentKind | undefined {
  if (!entries.some(({ name }) => name === '[Content_Types].xml')) return undefined;
  const kinds = entries.map(({ name }) => openXmlParts.get(name)).filter((kind) => kind !== undefined);
  return kinds.length === 1 ? kinds[0] : undefined;
}

const openDocumentTypes: ReadonlyMap<string, DocumentKind> = new Map([
  ['application/vnd.oasis.opendocument.text', 'odt'],
  ['application/vnd.oasis.opendocument.spreadsheet', 'ods'],
  ['application/vnd.oasis.opendocument.presentation', 'odp'],
]);

/** OpenDocument 1.3 part 2, 3.3: the file `mimetype` comes first, stored as it is. */
function kindOfOpenDocument(bytes: Buffer, { entries }: ZipDirectory): DocumentKind | undefined {
  const first = entries.find(({ offset }) => offset === 0);
  if (first === undefined || first.name !== 'mimetype' || !first.stored || first.packedBytes > 100) return undefined;
  const end = first.dataOffset + first.packedBytes;
  return openDocumentTypes.get(bytes.toString('latin1', first.dataOffset, end));
}
