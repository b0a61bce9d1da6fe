import { type ZipFile, zip } from './zip.ts';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TYPES = 'application/vnd.openxmlformats-officedocument';
/** A4, in twentieths of a point and in English metric units. */
const A4 = { width: 11906, height: 16838 };

export interface Relation {
  readonly id: string;
  readonly type: string;
  readonly target: string;
  readonly external?: boolean;
}

const relations = (list: readonly Relation[]) =>
  `${XML}<Relationships xmlns="${PACKAGE}/relationships">${list
    .map(
      ({ id, type, target, external }) =>
        `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"${external ? ' TargetMode="External"' : ''}/>`,
    )
    .join('')}</Relationships>`;

function openXml(
  main: string,
  parts: readonly { name: string; type: string; content: string; relations?: readonly Relation[] }[],
) {
  const overrides = parts.map(({ name, type }) => `<Override PartName="/${name}" ContentType="${TYPES}.${type}+xml"/>`);
  const defaults = `<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`;
  const files: ZipFile[] = [
    {
      name: '[Content_Types].xml',
      content: `${XML}<Types xmlns="${PACKAGE}/content-types">${defaults}${overrides.join('')}</Types>`,
    },
    { name: '_rels/.rels', content: relations([{ id: 'r1', type: 'officeDocument', target: main }]) },
  ];
  for (const { name, content, relations: list } of parts) {
    files.push({ name, content: `${XML}${content}` });
    if (list !== undefined) {
      files.push({ name: name.replace(/([^/]*)$/, '_rels/$1.rels'), content: relations(list) });
    }
  }
  return zip(files);
}

const WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

/** A Word document of A4 pages, one paragraph for each text, `\f` for a new page; `extra` is markup behind them. */
export function docx(texts: readonly string[], extra = '', list: readonly Relation[] = []): Buffer {
  const paragraphs = texts.map((text) =>
    text === '\f'
      ? '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
      : `<w:p><w:r><w:rPr><w:sz w:val="48"/></w:rPr><w:t>${text}</w:t></w:r></w:p>`,
  );
  const size = `<w:sectPr><w:pgSz w:w="${A4.width}" w:h="${A4.height}"/></w:sectPr>`;
  const content = `<w:document ${WORD} xmlns:r="${OFFICE}"><w:body>${paragraphs.join('')}${extra}${size}</w:body></w:document>`;
  return openXml('word/document.xml', [
    { name: 'word/document.xml', type: 'wordprocessingml.document.main', content, relations: list },
  ]);
}

/** A workbook of one sheet, one row for each text. */
export function xlsx(texts: readonly string[]): Buffer {
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const rows = texts.map(
    (text, index) => `<row r="${index + 1}"><c r="A${index + 1}" t="inlineStr"><is><t>${text}</t></is></c></row>`,
  );
  return openXml('xl/workbook.xml', [
    {
      name: 'xl/workbook.xml',
      type: 'spreadsheetml.sheet.main',
      content: `<workbook ${main} xmlns:r="${OFFICE}"><sheets><sheet name="Sheet" sheetId="1" r:id="r1"/></sheets></workbook>`,
      relations: [{ id: 'r1', type: 'worksheet', target: 'worksheets/sheet1.xml' }],
    },
    {
      name: 'xl/worksheets/sheet1.xml',
      type: 'spreadsheetml.worksheet',
      content: `<worksheet ${main}><sheetData>${rows.join('')}</sheetData><pageSetup paperSize="9"/></worksheet>`,
    },
  ]);
}

/** A presentation of 16:9 slides, one for each text. */
export function pptx(texts: readonly string[]): Buffer {
  const spaces = `xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="${OFFICE}" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"`;
  const tree = (shapes: string) =>
    `<p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>${shapes}</p:spTree></p:cSld>`;
  const box = (text: string) =>
    `<p:sp><p:nvSpPr><p:cNvPr id="2" name="t"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x="900000" y="900000"/><a:ext cx="8000000" cy="1500000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr/><a:p><a:r><a:rPr sz="4400"/><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;
  const ids = texts.map((_, index) => `<p:sldId id="${256 + index}" r:id="s${index}"/>`).join('');
  const map =
    '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>';
  return openXml('ppt/presentation.xml', [
    {
      name: 'ppt/presentation.xml',
      type: 'presentationml.presentation.main',
      content: `<p:presentation ${spaces}><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="m"/></p:sldMasterIdLst><p:sldIdLst>${ids}</p:sldIdLst><p:sldSz cx="12192000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>`,
      relations: [
        { id: 'm', type: 'slideMaster', target: 'slideMasters/slideMaster1.xml' },
        ...texts.map((_, index) => ({ id: `s${index}`, type: 'slide', target: `slides/slide${index}.xml` })),
      ],
    },
    {
      name: 'ppt/slideMasters/slideMaster1.xml',
      type: 'presentationml.slideMaster',
      content: `<p:sldMaster ${spaces}>${tree('')}${map}<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="l"/></p:sldLayoutIdLst></p:sldMaster>`,
      relations: [{ id: 'l', type: 'slideLayout', target: '../slideLayouts/slideLayout1.xml' }],
    },
    {
      name: 'ppt/slideLayouts/slideLayout1.xml',
      type: 'presentationml.slideLayout',
      content: `<p:sldLayout ${spaces} type="blank">${tree('')}</p:sldLayout>`,
      relations: [{ id: 'm', type: 'slideMaster', target: '../slideMasters/slideMaster1.xml' }],
    },
    ...texts.map((text, index) => ({
      name: `ppt/slides/slide${index}.xml`,
      type: 'presentationml.slide',
      content: `<p:sld ${spaces}>${tree(box(text))}</p:sld>`,
      relations: [{ id: 'l', type: 'slideLayout', target: '../slideLayouts/slideLayout1.xml' }],
    })),
  ]);
}

const ODF = 'urn:oasis:names:tc:opendocument:xmlns';
const odfSpaces = `xmlns:office="${ODF}:office:1.0" xmlns:text="${ODF}:text:1.0" xmlns:table="${ODF}:table:1.0" xmlns:script="${ODF}:script:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:draw="${ODF}:drawing:1.0" xmlns:svg="${ODF}:svg-compatible:1.0" xmlns:ooo="http://openoffice.org/2004/office" xmlns:library="http://openoffice.org/2000/library" xmlns:dom="http://www.w3.org/2001/xml-events"`;

/** An OpenDocument package: `body` is the content of its body, `scripts` stands before it, `files` come with it. */
export function openDocument(type: 'text' | 'spreadsheet', body: string, scripts = '', files: readonly ZipFile[] = []) {
  const mediaType = `application/vnd.oasis.opendocument.${type}`;
  const entry = (path: string, kind: string) =>
    `<manifest:file-entry manifest:full-path="${path}" manifest:media-type="${kind}"/>`;
  const entries = [
    entry('/', mediaType),
    entry('content.xml', 'text/xml'),
    ...files.map(({ name }) => entry(name, 'text/xml')),
  ];
  return zip([
    { name: 'mimetype', content: mediaType, stored: true },
    {
      name: 'content.xml',
      content: `${XML}<office:document-content ${odfSpaces} office:version="1.3">${scripts}<office:body><office:${type}>${body}</office:${type}></office:body></office:document-content>`,
    },
    ...files,
    {
      name: 'META-INF/manifest.xml',
      content: `${XML}<manifest:manifest xmlns:manifest="${ODF}:manifest:1.0" manifest:version="1.3">${entries.join('')}</manifest:manifest>`,
    },
  ]);
}

export const odt = (texts: readonly string[]) =>
  openDocument('text', texts.map((text) => `<text:p>${text}</text:p>`).join(''));

export const ods = (texts: readonly string[]) =>
  openDocument(
    'spreadsheet',
    `<table:table table:name="t">${texts.map((text) => `<table:table-row><table:table-cell office:value-type="string"><text:p>${text}</text:p></table:table-cell></table:table-row>`).join('')}</table:table>`,
  );

export const rtf = (texts: readonly string[]): Buffer =>
  Buffer.from(`{\\rtf1\\ansi\\paperw${A4.width}\\paperh${A4.height} ${texts.join('\\par ')}}`, 'latin1');

/** A PDF of pages of the given sizes in points, each with one line of text. */
export function pdf(pages: readonly { width: number; height: number; text: string }[]): Buffer {
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Count ${pages.length}/Kids[${pages.map((_, index) => `${4 + index * 2} 0 R`).join(' ')}]>>`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
    ...pages.flatMap(({ width, height, text }, index) => {
      const stream = `BT /F 24 Tf 20 ${height - 60} Td (${text}) Tj ET`;
      return [
        `<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${width} ${height}]/Resources<</Font<</F 3 0 R>>>>/Contents ${5 + index * 2} 0 R>>`,
        `<</Length ${stream.length}>>stream\n${stream}\nendstream`,
      ];
    }),
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  const start = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows.join('')}trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}
