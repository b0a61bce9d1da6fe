/**
 * Why the text of a file was not read; it is found by its name alone (docs/search.md, `unread-file`). `kind`: it is none
 * that has text; `failed`: damaged; `no-sandbox`: the programs are missing.
 */
export type UnreadReason = 'failed' | 'kind' | 'no-sandbox' | 'password' | 'timeout' | 'too-large';

export interface ExtractedText {
  readonly text: string;
  /** Whether that is all of it. */
  readonly complete: boolean;
}

export interface UnreadFile {
  readonly unread: UnreadReason;
}

export type Extracted = ExtractedText | UnreadFile;
