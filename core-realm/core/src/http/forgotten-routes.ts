import type { FastifyInstance } from 'fastify';

/**
 * Services the published client talks to by itself and that Cloister does not have: feature toggles and metrics are
 * accepted and forgotten, unread (they may say what a person does); of the REST service only the ping answers.
 */
export const forgottenRoutes = (app: FastifyInstance): void => {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => {
      payload.resume();
      payload.on('end', () => done(null, undefined));
      payload.on('error', done);
    });
    scope.all('/feature/api/v1/*', async () => ({}));
    scope.all('/metrics/api/v1/*', async (_request, reply) => reply.code(202).send({}));
  });
  app.get('/v1/ping', async () => ({}));
};
