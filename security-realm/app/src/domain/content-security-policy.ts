import type { Site } from '../config.ts';

/**
 * The policy every answer carries. Scripts, styles and fonts come from this origin only; the page connects to nothing but
 * this organisation's core, files and identity. `http:` sources do not match `ws:` ones (CSP3 §6.7.2.8), so the event
 * websocket's origin is named too. No Trusted Types policy may be created: nothing here writes HTML.
 */
export function contentSecurityPolicy(site: Site): string {
  const connect = ["'self'", site.core, site.files, site.identity, site.core.replace(/^http/, 'ws')];
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    `connect-src ${[...new Set(connect)].join(' ')}`,
    `form-action 'self' ${site.identity}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}
