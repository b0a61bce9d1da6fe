import type { IncomingHttpHeaders } from 'node:http';
import type { Site } from '../config.ts';

/** The configured site a request was sent to, or undefined for a host that is not ours. Only the door reaches our socket. */
export function siteOf(headers: IncomingHttpHeaders, sites: readonly Site[]): Site | undefined {
  const host = single(headers['x-forwarded-host']) ?? headers.host;
  const scheme = single(headers['x-forwarded-proto']) ?? 'http';
  return sites.find((site) => site.origin === `${scheme}://${host}`);
}

function single(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
