import { CloisterError } from '@cloister/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CoreContext } from '../../context.ts';
import { machineOf } from '../../http/ask.ts';

/** Routes whose bodies are bytes. Who may not ask is refused before a body is read. */
export const takeBytes = (app: FastifyInstance, context: CoreContext, add: (scope: FastifyInstance) => void): void => {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    scope.addHook('onRequest', async (request) => void machineOf(request, context));
    add(scope);
  });
};

/** @throws CloisterError `wire/invalid-message` without a body */
export const bytesOf = ({ body }: FastifyRequest): Uint8Array => {
  if (!(body instanceof Uint8Array)) throw new CloisterError('wire/invalid-message', { detail: 'no body' });
  return body;
};
