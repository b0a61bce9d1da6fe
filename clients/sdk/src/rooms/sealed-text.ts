import type { KeyUri } from '@cloister/wire';
import type { SealedText } from './log-entry.ts';

/** A sealed text with the key that it names, or nothing where there is none. */
export const sealedText = (text: string | null | undefined, keyUri: KeyUri | undefined): SealedText | undefined =>
  text == null ? undefined : { sealed: text, keyUri };
