import type { FastifyRequest } from 'fastify';
import { chooseLocale, type Locale } from '../pages/locale.ts';

/** The language of an answer: `?lang=` by the page's own switch, what the app asked for, then the browser's. */
export const localeOf = (request: FastifyRequest, asked?: string): Locale => {
  const { lang } = request.query as { lang?: unknown };
  return chooseLocale(typeof lang === 'string' ? lang : undefined, asked, request.headers['accept-language']);
};
