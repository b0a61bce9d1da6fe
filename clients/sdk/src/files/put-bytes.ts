import { CloisterError } from '@cloister/wire';
import type { TransferOptions } from '../api/client.ts';
import { errorOf } from '../http/http-answer.ts';
import { readAnswer } from '../http/http-client.ts';
import { transferPatience, withPatience } from '../http/with-patience.ts';
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
  typeof XMLHttpRequest === 'undefined'
    ? putStream(platform, url, bytes, options)
    : putXhr(platform, url, bytes, options);

const chunk = 256 * 1024;

const putStream = async (
  platform: Platform,
  url: string,
  bytes: Uint8Array<ArrayBuffer>,
  { onProgress, signal }: TransferOptions,
): Promise<void> => {
  let answer: Awaited<ReturnType<typeof readAnswer>>;
  try {
    answer = await withPatience({ platform, ms: transferPatience, signal }, async (either, alive) => {
      const body = streamOf(bytes, (done) => {
        alive();
        onProgress?.({ done, total: bytes.length });
      });
      const headers = { 'content-type': 'application/octet-stream', 'content-length': String(bytes.length) };
      const init = { method: 'PUT', body, duplex: 'half', headers, signal: either };
      return readAnswer(await platform.fetch(url, init as RequestInit));
    });
  } catch (cause) {
    if (cause instanceof CloisterError) throw cause;
    throw new CloisterError(signal?.aborted ? 'client/cancelled' : 'client/offline', { cause });
  }
  if (answer.status >= 400) throw errorOf(answer);
};

const streamOf = (bytes: Uint8Array<ArrayBuffer>, moved: (done: number) => void): ReadableStream<Uint8Array> => {
  let done = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (done >= bytes.length) return controller.close();
        const next = bytes.subarray(done, done + chunk);
        done += next.length;
        controller.enqueue(next);
        moved(done);
      },
    },
    { highWaterMark: 0 },
  );
};

const putXhr = async (
  platform: Platform,
  url: string,
  bytes: Uint8Array<ArrayBuffer>,
  { onProgress, signal }: TransferOptions,
): Promise<void> =>
  withPatience({ platform, ms: transferPatience, signal }, (either, alive) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    request.upload.onprogress = ({ loaded }) => {
      alive();
      onProgress?.({ done: loaded, total: bytes.length });
    };
    request.onload = () =>
      request.status < 400 ? resolve() : reject(errorOf({ status: request.status, body: undefined }));
    request.onerror = () => reject(new CloisterError('client/offline'));
    request.onabort = () => reject(new CloisterError(signal?.aborted ? 'client/cancelled' : 'client/offline'));
    either.addEventListener('abort', () => request.abort(), { once: true });
    if (either.aborted) return Promise.reject(new CloisterError('client/cancelled'));
    request.send(bytes);
    return promise;
  });
