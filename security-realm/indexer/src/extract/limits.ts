import {
  type DocumentLimits,
  defaultDocumentLimits,
  defaultSandboxLimits,
  type SandboxLimits,
} from '@cloister/sandbox';

/** What reading one file may cost. */
export interface ExtractLimits extends DocumentLimits, SandboxLimits {
  /** Of a file's text the first so many UTF-16 units count (docs/search.md, `long-text`). */
  readonly characters: number;
}

export const defaultExtractLimits: ExtractLimits = {
  ...defaultDocumentLimits,
  ...defaultSandboxLimits,
  inputBytes: 50 * 1024 * 1024,
  characters: 1_000_000,
  cpuSeconds: 30,
  wallMs: 45_000,
};
