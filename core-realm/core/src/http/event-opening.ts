import type { IncomingMessage } from 'node:http';
import { type DeviceId, isUuid } from '@cloister/wire';
import type { Opening } from '../events/event-socket.ts';

const path = /^\/mercury\/v1\/devices\/([^/]+)\/messages$/;

/** What an upgrade request for events asks, or undefined for what is none or comes from a page that has no business here. */
export const eventOpening = (
  request: IncomingMessage,
  pathname: string,
  query: URLSearchParams,
  { origins, appOrigins }: { readonly origins: readonly string[]; readonly appOrigins: readonly string[] },
): Opening | undefined => {
  const [, deviceId] = path.exec(pathname) ?? [];
  const origin = `${String(request.headers['x-forwarded-proto'])}://${String(request.headers['x-forwarded-host']).toLowerCase()}`;
  const page = request.headers.origin;
  const known = origins.includes(origin) && (page === undefined || appOrigins.includes(page) || origins.includes(page));
  if (!isUuid(deviceId) || !known) return undefined;
  return {
    deviceId: deviceId as DeviceId,
    origin,
    multiple: query.get('multipleConnections') === 'true',
    resume: resumeOf(query),
  };
};

const resumeOf = (query: URLSearchParams): Opening['resume'] => {
  const registration = query.get('registration');
  const after = query.get('resume') ?? '';
  if (!isUuid(registration) || !/^\d{1,15}$/.test(after)) return undefined;
  return { registration, after: Number(after) };
};
