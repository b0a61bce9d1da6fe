import type { IncomingMessage } from 'node:http';
import { CloisterError, readJson } from '@cloister/wire';

/** `application/json`, at most with the one charset that JSON has (RFC 8259 §8.1). */
export const isJsonType = (contentType: string | undefined, type = 'application/json'): boolean =>
  contentType !== undefined &&
  [type, `${type}; charset=utf-8`, `${type};charset=utf-8`].includes(contentType.toLowerCase());

/**
 * The bytes of a message of at most `limit`; what is longer is not read to its end.
 * @throws CloisterError `platform/too-large`, or whatever ended the connection
 */
export const readBytes = async (message: IncomingMessage, limit: number): Promise<Buffer> => {
  if (Number(message.headers['content-length'] ?? 0) > limit) throw new CloisterError('platform/too-large');
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw new CloisterError('platform/too-large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/**
 * The JSON value of a request's body; null where the method has none.
 * @throws CloisterError `platform/…` or `wire/…`
 */
export const readBody = async (request: IncomingMessage, limit: number): Promise<unknown> => {
  const { headers } = request;
  if (request.method !== 'POST') {
    const isEmpty = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
    if (isEmpty) return null;
    throw new CloisterError('platform/invalid-request', { detail: 'this method has no body' });
  }
  if (!isJsonType(headers['content-type']) || headers['content-encoding'] !== undefined) {
    throw new CloisterError('platform/unsupported-media');
  }
  return readJson(await readBytes(request, limit), limit);
};
