import type { KeyUri, ReadableFile } from '@cloister/wire';
import type { SealedFile } from './log-entry.ts';
import { sealedText } from './sealed-text.ts';

/** A file of a share, under its own key or the entry's; `undefined` when its reference is gone. */
export const readFile = (file: ReadableFile, entryKey: KeyUri | undefined): SealedFile | undefined => {
  const keyUri = file.encryptionKeyUrl ?? entryKey;
  const scr = sealedText(file.scr, keyUri);
  if (scr === undefined) return undefined;
  return {
    name: sealedText(file.displayName, keyUri),
    scr,
    mimeType: file.mimeType ?? 'application/octet-stream',
    size: Math.max(0, file.fileSize ?? 0),
  };
};
