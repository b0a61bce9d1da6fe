import { STATUS_CODES } from 'node:http';
import type { AppConfig, Site } from '../config.ts';
import { clientConfig } from './client-config.ts';
import { type Coding, chooseCoding } from './content-coding.ts';
import type { Dist, DistFile } from './dist-file.ts';
import { route } from './route.ts';

/** What goes back, but for the security headers and the `HEAD` method. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** Everything an answer depends on besides the request. `kmsRoots` are base64 DER. */
export interface AppContext {
  config: AppConfig;
  dist: Dist;
  kmsRoots: string[];
}

/** The parts of a request that matter here. */
export interface Asked {
  method: string;
  target: string;
  acceptEncoding: string | undefined;
  ifNoneMatch: string | undefined;
}

/** Decides on a request to one of our sites. */
export function answer(context: AppContext, site: Site, asked: Asked): Answer {
  if (asked.method !== 'GET' && asked.method !== 'HEAD') {
    const refused = refusal(405, 'Only reading is possible here.');
    return { ...refused, headers: { ...refused.headers, allow: 'GET, HEAD' } };
  }
  const wanted = route(asked.target);
  if (wanted.kind === 'config') {
    const body = Buffer.from(JSON.stringify(clientConfig(site, context.config, context.kmsRoots)));
    return { status: 200, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body };
  }
  if (wanted.kind === 'unknown') return nothingHere();
  const file = context.dist.get(wanted.kind === 'shell' ? 'index.html' : wanted.name);
  return file === undefined ? nothingHere() : fileAnswer(file, cachingOf(wanted), asked);
}

/** An RFC 9457 problem document that tells nothing of the request. */
export function refusal(status: number, detail: string): Answer {
  const body = Buffer.from(JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status, detail }));
  return { status, headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' }, body };
}

const nothingHere = () => refusal(404, 'There is nothing here.');

/** Only assets carry a hash of their content in the name; the shell must always be the newest. */
function cachingOf(wanted: { kind: 'shell' } | { kind: 'file'; name: string }): string {
  if (wanted.kind === 'shell') return 'no-store';
  return wanted.name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
}

function fileAnswer(file: DistFile, caching: string, asked: Asked): Answer {
  const headers: Record<string, string> = {
    'content-type': file.type,
    'cache-control': caching,
    vary: 'accept-encoding',
    etag: file.etag,
  };
  if (asked.ifNoneMatch === file.etag) return { status: 304, headers, body: Buffer.alloc(0) };
  const coding = chooseCoding(asked.acceptEncoding, Object.keys(file.coded) as Coding[]);
  const coded = coding === undefined ? undefined : file.coded[coding];
  if (coding === undefined || coded === undefined) return { status: 200, headers, body: file.bytes };
  return { status: 200, headers: { ...headers, 'content-encoding': coding }, body: coded };
}
