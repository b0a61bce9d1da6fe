import { openFile, openScr } from '@cloister/seal';
import { CloisterError, maxFileSize } from '@cloister/wire';
import type { TransferOptions } from '../api/client.ts';
import { errorOf } from '../http/http-answer.ts';
import { readAnswer } from '../http/http-client.ts';
import type { ContentKey } from '../keys/key-record.ts';
import type { Platform } from '../platform.ts';
import type { SealedFile } from '../rooms/log-entry.ts';

export interface DownloadContext {
  readonly platform: Platform;
  /** Addresses files may be fetched from with this person's token: the deployment's own. */
  readonly mayFetch: (url: string) => boolean;
  readonly token: () => Promise<string>;
}

/**
 * Downloads, opens and verifies a file. The size in the clear is a hint of the sender's; what counts is the tag in the
 * sealed reference.
 * @throws CloisterError `seal/open-failed` for anything but the file that was sealed
 */
export const downloadFile = async (
  context: DownloadContext,
  { key }: ContentKey,
  file: SealedFile,
  options: TransferOptions,
): Promise<Blob> => {
  const scr = await openScr(key, file.scr.sealed);
  // The address comes from another member: the token must not follow it out of the deployment (threats row 15).
  if (!context.mayFetch(scr.loc)) throw new CloisterError('seal/malformed', { detail: 'the file is somewhere else' });
  const ciphertext = await fetchBytes(context, scr.loc, file.size, options);
  const plain = await openFile(ciphertext, scr);
  if (plain.length !== file.size) throw new CloisterError('seal/open-failed');
  return new Blob([plain as Uint8Array<ArrayBuffer>], { type: file.mimeType });
};

const fetchBytes = async (
  { platform, token }: DownloadContext,
  url: string,
  expected: number,
  { onProgress, signal }: TransferOptions,
): Promise<Uint8Array> => {
  try {
    const response = await platform.fetch(url, {
      headers: { authorization: `Bearer ${await token()}` },
      redirect: 'error',
      ...(signal === undefined ? {} : { signal }),
    });
    if (!response.ok || response.body === null) throw errorOf(await readAnswer(response));
    return await collect(response.body, expected, onProgress);
  } catch (cause) {
    if (cause instanceof CloisterError) throw cause;
    throw new CloisterError(signal?.aborted ? 'client/cancelled' : 'client/offline', { cause });
  }
};

const collect = async (
  body: ReadableStream<Uint8Array>,
  expected: number,
  onProgress: TransferOptions['onProgress'],
): Promise<Uint8Array> => {
  const most = Math.min(expected, maxFileSize);
  const bytes = new Uint8Array(most);
  let done = 0;
  const reader = body.getReader();
  for (;;) {
    const { done: ended, value } = await reader.read();
    if (ended) break;
    // More than announced is not that file; it is not read to its end.
    if (done + value.length > most) {
      await reader.cancel().catch(() => {});
      throw new CloisterError('seal/open-failed');
    }
    bytes.set(value, done);
    done += value.length;
    onProgress?.({ done, total: most });
  }
  return bytes.subarray(0, done);
};
