import { defaultSandboxLimits as limits } from '../limits.ts';
import { readAll } from '../run/read-all.ts';
import { runSandboxed } from '../run/run-sandboxed.ts';

/**
 * One OpenDocument XML file as LibreOffice writes it in other formats. A format may name a filter and its options, as in
 * `pdf:writer_pdf_Export:{…}`.
 */
export async function officeFile(source: string, kind: 'fodp' | 'fods' | 'fodt', format: string): Promise<Buffer> {
  const script = `/usr/bin/soffice --headless --norestore -env:UserInstallation=file:///work/profile --convert-to "$1" \\
--outdir /work/out "/work/source.$2" >/dev/null && exec cat /work/out/source.*`;
  const command = ['/usr/bin/sh', '-c', script, 'make', format, kind];
  const files = new Map([[`/work/source.${kind}`, Buffer.from(source)]]);
  return runSandboxed({ command, files, limits }, (output) => readAll(output, 64 * 1024 * 1024));
}

const ODF = 'urn:oasis:names:tc:opendocument:xmlns';
const spaces = `${['office', 'style', 'text', 'table', 'presentation']
  .map((name) => `xmlns:${name}="${ODF}:${name}:1.0"`)
  .join(
    ' ',
  )} xmlns:draw="${ODF}:drawing:1.0" xmlns:svg="${ODF}:svg-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"`;

/** An OpenDocument XML file: `body` is the content of its body, `styles` of what stands before it. */
export const flatDocument = (type: 'presentation' | 'spreadsheet' | 'text', body: string, styles = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?><office:document ${spaces} office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.${type}">${styles}<office:body><office:${type}>${body}</office:${type}></office:body></office:document>`;
