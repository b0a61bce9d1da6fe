import { maxFileSize } from '@cloister/wire';
import type { FastifyInstance } from 'fastify';
import type { CoreContext } from '../context.ts';

/**
 * `PUT uploadUrl`: the address is the only credential (kms.md §3.6). A scope of its own, where every body is a stream that
 * goes to disk as it comes.
 */
export const uploadRoute = (app: FastifyInstance, context: CoreContext): void => {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    scope.put<{ Params: { capability: string } }>(
      '/files/v1/uploads/:capability',
      { bodyLimit: maxFileSize },
      async (request) => {
        const declared = request.headers['content-length'];
        const bytes = request.body instanceof Object ? (request.body as AsyncIterable<Uint8Array>) : request.raw;
        await context.files.upload(
          request.params.capability,
          declared === undefined ? undefined : Number(declared),
          bytes,
        );
        return {};
      },
    );
  });
};
