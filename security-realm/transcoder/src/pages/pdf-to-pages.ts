import { programPath, runSandboxed, workFolder } from '@cloister/sandbox';
import { CloisterError } from '@cloister/wire';
import type { Limits } from '../limits.ts';
import { encodePng } from './encode-png.ts';
import type { PageImage } from './page-image.ts';
import { readPixmaps } from './read-pixmaps.ts';

export interface PdfToPages {
  readonly pdf: Uint8Array;
  readonly limits: Limits;
  readonly signal?: AbortSignal | undefined;
}

/** Pages in their order, and whether they are all there are. */
export interface Pages {
  readonly pages: readonly PageImage[];
  readonly complete: boolean;
}

/** A PDF's pages as images, drawn by poppler in a sandbox of its own. */
export async function pdfToPages({ pdf, limits, signal }: PdfToPages): Promise<Pages> {
  const path = `${workFolder}/document.pdf`;
  // One page more than is wanted tells that there are more.
  const range = ['-f', '1', '-l', String(limits.pages + 1)];
  const command = [programPath('pdftoppm'), '-q', ...range, '-scale-to', String(limits.pagePixels), path];
  const files = new Map([[path, pdf]]);
  const found = await runSandboxed({ command, files, limits, signal }, (output) => collect(output, limits));
  if (found.pages.length === 0) throw new CloisterError('transcoder/failed');
  return found;
}

async function collect(output: AsyncIterable<Buffer>, limits: Limits): Promise<Pages> {
  const pages: PageImage[] = [];
  let bytes = 0;
  for await (const pixmap of readPixmaps(output, limits.pagePixels)) {
    if (pages.length === limits.pages) return { pages, complete: false };
    const page = await encodePng(pixmap);
    bytes += page.png.length;
    if (bytes > limits.imageBytes) return { pages, complete: false };
    pages.push(page);
  }
  return { pages, complete: true };
}
