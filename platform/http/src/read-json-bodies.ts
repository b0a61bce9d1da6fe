import type { FastifyInstance } from 'fastify';

/**
 * JSON bodies, where an empty one counts as none: published clients send `content-type: application/json` with bodiless
 * DELETE and PUT requests. `__proto__` and `constructor` members are refused.
 */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null, undefined);
    void parse(request, body, done);
  });
}
