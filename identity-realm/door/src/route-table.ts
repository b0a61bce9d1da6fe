import { CloisterError } from '@cloister/wire';
import type { DoorConfig } from './config.ts';

/** Where a request goes. `path` is the configured prefix, which may be logged; the request's own path may not. */
export type Route = { readonly path: string; readonly socket: string; readonly clientAddress: boolean };

/** The route for a host (without port) and a request's path, or null. */
export type RouteTable = (host: string, path: string) => Route | null;

/**
 * Compiles the configured routes. A path matches as a prefix of whole segments, the longest first.
 * @throws CloisterError `config/invalid` when two routes claim the same host and path
 */
export function routeTable(routes: DoorConfig['routes']): RouteTable {
  const byHost = new Map<string, Route[]>();
  for (const { hosts, paths, socket, clientAddress } of routes) {
    for (const host of hosts) {
      const known = byHost.get(host) ?? [];
      for (const path of paths) {
        if (known.some((route) => route.path === path)) {
          throw new CloisterError('config/invalid', { detail: `two routes claim ${host}${path}; remove one` });
        }
        known.push({ path, socket, clientAddress });
      }
      byHost.set(host, known);
    }
  }
  for (const known of byHost.values()) known.sort((a, b) => b.path.length - a.path.length);
  return (host, path) => byHost.get(host)?.find((route) => isUnder(path, route.path)) ?? null;
}

function isUnder(path: string, prefix: string): boolean {
  return prefix === '/' || path === prefix || path.startsWith(`${prefix}/`);
}
