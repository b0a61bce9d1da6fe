import {
  type DocumentLimits,
  defaultDocumentLimits,
  defaultSandboxLimits,
  type SandboxLimits,
} from '@cloister/sandbox';

/** What one document may cost, in two steps of a sandbox each. Everything a document can make grow stands here or there. */
export interface Limits extends DocumentLimits, SandboxLimits {
  /** What LibreOffice makes of it, before it is drawn. */
  readonly pdfBytes: number;
  /** Pages after this one are left out. */
  readonly pages: number;
  /** Pixels of a page's longer side; the other follows. */
  readonly pagePixels: number;
  /** All page images together. */
  readonly imageBytes: number;
}

const MiB = 1024 * 1024;

export const defaultLimits: Limits = {
  ...defaultDocumentLimits,
  ...defaultSandboxLimits,
  pdfBytes: 96 * MiB,
  pages: 100,
  pagePixels: 1600,
  imageBytes: 64 * MiB,
};
