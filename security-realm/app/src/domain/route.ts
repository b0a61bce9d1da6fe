/** What a path asks for. Files are looked up by exact name, never joined to a folder, so no path can leave `dist`. */
export type Route = { kind: 'shell' } | { kind: 'config' } | { kind: 'file'; name: string } | { kind: 'unknown' };

const shellPaths =
  /^\/(?:hub(?:\/(?:keys|domains|outside|search))?|signed-in|search|rooms\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\/[1-9]\d{0,14})?)?$/;
const fileName = /^\/((?:assets\/)?[A-Za-z0-9_-][A-Za-z0-9._-]*)$/;

/** Decides on a request target, query included. The shell has no name of its own: it is what its paths show. */
export function route(target: string): Route {
  const path = target.split('?', 1)[0] ?? '';
  if (shellPaths.test(path)) return { kind: 'shell' };
  if (path === '/config.json') return { kind: 'config' };
  const name = fileName.exec(path)?.[1];
  return name === undefined || name === 'index.html' ? { kind: 'unknown' } : { kind: 'file', name };
}
