import { openFile, openScr } from '@cloister/seal';
import { CloisterError, isUuid, maxFileSize } from '@cloister/wire';
import type { TransferOptions } from '../api/client.ts';
import type { Addresses } from '../http/addresses.ts';
import { errorOf } from '../http/http-answer.ts';
import { readAnswer } from '../http/http-client.ts';
import { transferPatience, withPatience } from '../http/with-patience.ts';
import type { ContentKey } from '../keys/key-record.ts';
import type { Platform } from '../platform.ts';
import type { SealedFile } from '../rooms/log-entry.ts';
import type { Session } from '../session/session.ts';

export interface DownloadContext {
  readonly platform: Platform;
  readonly addresses: Pick<Addresses, 'of'>;
  readonly session: Pick<Session, 'coreToken'>;
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
  const ciphertext = await fetchBytes(context, await ownAddress(context, scr.loc), file.size, options);
  const plain = await openFile(ciphertext, scr);
  if (plain.length !== file.size) throw new CloisterError('seal/open-failed');
  return new Blob([plain as Uint8Array<ArrayBuffer>], { type: file.mimeType });
};

/**
 * The file at the file service this client uses. The address in the reference is as its sender saw the deployment, and
 * a member could write any: only the file's id is taken from it, so the token never leaves (threats row 15).
 */
const ownAddress = async ({ addresses }: DownloadContext, loc: string): Promise<string> => {
  const id = loc.slice(loc.lastIndexOf('/') + 1);
  if (!isUuid(id)) throw new CloisterError('seal/malformed', { detail: 'no address of a file' });
  return `${await addresses.of('files')}/files/${id}`;
};

const fetchBytes = async (
  { platform, session }: DownloadContext,
  url: string,
  expected: number,
  { onProgress, signal }: TransferOptions,
): Promise<Uint8Array> => {
  try {
    const authorization = `Bearer ${await session.coreToken()}`;
    return await withPatience({ platform, ms: transferPatience, signal }, async (either, alive) => {
      const response = await platform.fetch(url, { headers: { authorization }, redirect: 'error', signal: either });
      if (!response.ok) throw errorOf(await readAnswer(response));
      if (response.body === null) return new Uint8Array();
      return collect(response.body, expected, (progress) => {
        alive();
        onProgress?.(progress);
      });
    });
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
