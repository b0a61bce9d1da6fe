import { CloisterError } from '@cloister/wire';
import type { TransferOptions } from '../api/client.ts';
import { errorOf } from '../http/http-answer.ts';
import { readAnswer } from '../http/http-client.ts';
import type { Platform } from '../platform.ts';

/**
 * Uploads ciphertext to a capability address, without credentials (kms.md §3.6). Progress comes from XMLHttpRequest
 * where there is one, since browsers stream no request bodies over HTTP/1.1; elsewhere from the streamed body.
 */
export const putBytes = (
  platform: Platform,
  url: string,
  bytes: Uint8Array<ArrayBuffer>,
  options: TransferOptions,
): Promise<void> =>
  typeof XMLHttpRequest === 'undefined' ? putStream(platform, url, bytes, options) : putXhr(url, bytes, options);

const chunk = 256 * 1024;

const putStream = async (
  platform: Platform,
  url: string,
  bytes: Uint8Array<ArrayBuffer>,
  { onProgress, signal }: TransferOptions,
): Promise<void> => {
  let done = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (done >= bytes.length) return controller.close();
        const next = bytes.subarray(done, done + chunk);
        done += next.length;
        controller.enqueue(next);
        onProgress?.({ done, total: bytes.length });
      },
    },
    { highWaterMark: 0 },
  );
  const init = {
    method: 'PUT',
    body,
    duplex: 'half',
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(bytes.length) },
    ...(signal === undefined ? {} : { signal }),
  };
  let answer: Awaited<ReturnType<typeof readAnswer>>;
  try {
    answer = await readAnswer(await platform.fetch(url, init as RequestInit));
  } catch (cause) {
    if (cause instanceof CloisterError) throw cause;
    throw new CloisterError(signal?.aborted ? 'client/cancelled' : 'client/offline', { cause });
  }
  if (answer.status >= 400) throw errorOf(answer);
};

const putXhr = (url: string, bytes: Uint8Array<ArrayBuffer>, { onProgress, signal }: TransferOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    const end = (cause?: CloisterError) => {
      signal?.removeEventListener('abort', abort);
      if (cause === undefined) resolve();
      else reject(cause);
    };
    request.open('PUT', url);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded }) => onProgress?.({ done: loaded, total: bytes.length });
    request.onload = () => end(request.status < 400 ? undefined : errorOf({ status: request.status, body: undefined }));
    request.onerror = () => end(new CloisterError('client/offline'));
    request.onabort = () => end(new CloisterError('client/cancelled'));
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) return end(new CloisterError('client/cancelled'));
    request.send(bytes);
  });
