import type { IncomingMessage } from 'node:http';
import { CloisterError, checkWith, problemMediaType, readJson } from '@cloister/wire';
import * as z from 'zod/mini';
import { isJsonType, readBytes } from '../http/read-body.ts';
import type { PeerAnswer, PeerRequest } from './peer-request.ts';

const problem = z.object({ code: z.string().check(z.regex(/^[a-z]{2,16}\/[a-z0-9]+(-[a-z0-9]+){0,8}$/)) });

/**
 * A peer's answer, held to what is documented: 200 with JSON of the shape, 204 without a body, or a problem document.
 * Anything else, a redirect too, is no answer.
 * @throws CloisterError `kms/peer-broken`, or whatever ended the connection
 */
export const readAnswer = async <T>(
  response: IncomingMessage,
  { answer }: Pick<PeerRequest<T>, 'answer'>,
  limit: number,
): Promise<PeerAnswer<T>> => {
  try {
    const { statusCode: status = 0, headers } = response;
    if (headers['content-encoding'] !== undefined) throw broken('an encoded body');
    const bytes = await readBytes(response, limit);
    if (status === 204 && answer === null && bytes.length === 0) return { isRefused: false, value: undefined as T };
    if (status === 200 && answer !== null && isJsonType(headers['content-type'])) {
      return { isRefused: false, value: checkWith(answer, readJson(bytes, limit)) };
    }
    if (status >= 400 && status <= 599 && isJsonType(headers['content-type'], problemMediaType)) {
      return { isRefused: true, status, code: checkWith(problem, readJson(bytes, limit)).code };
    }
    throw broken('a status or a type that is not documented');
  } catch (error) {
    response.destroy();
    if (error instanceof CloisterError) throw broken(error.detail ?? error.code, error);
    throw error;
  }
};

const broken = (detail: string, cause?: unknown) => new CloisterError('kms/peer-broken', { detail, cause });
