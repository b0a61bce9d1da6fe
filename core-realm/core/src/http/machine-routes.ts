import { CloisterError, type Purpose, purposes } from '@cloister/wire';

const room = '/conversation/api/v1/conversations/:id';
const transcoding: readonly Purpose[] = ['transcoding'];
const indexing: readonly Purpose[] = ['indexing'];

/**
 * Everything that machine accounts may ask of the core, and for which purposes (docs/wires.md §10, §14): register a device,
 * pass sealed messages on, read rooms of their organisation; for transcoding also upload pages and take work, for indexing build the index
 * and answer queries.
 * A route that is not here is refused to every machine, so a new one is too.
 */
export const machineRoutes: ReadonlyMap<string, readonly Purpose[]> = new Map([
  ['GET /u2c/api/v1/catalog', purposes],
  ['POST /wdm/api/v1/devices', purposes],
  ['PUT /wdm/api/v1/devices/:id', purposes],
  ['DELETE /wdm/api/v1/devices/:id', purposes],
  ['GET /encryption/api/v1/kms/:user', purposes],
  ['POST /encryption/api/v1/kms/messages', purposes],
  [`GET ${room}`, purposes],
  [`GET ${room}/activities`, purposes],
  [`GET ${room}/activities/:activity`, purposes],
  ['GET /files/v1/files/:id', purposes],
  [`PUT ${room}/space`, transcoding],
  ['POST /files/v1/spaces/:id/upload_sessions', transcoding],
  ['POST /files/v1/finished/:capability', transcoding],
  ['GET /functions/v1/work', transcoding],
  ['PUT /functions/v1/work/:id', transcoding],
  ['GET /search/v1/rooms', indexing],
  ['GET /search/v1/indexes', indexing],
  ['POST /search/v1/postings', indexing],
  ['DELETE /search/v1/rooms/:id/indexes/:generation', indexing],
  ['GET /search/v1/queries', indexing],
  ['POST /search/v1/queries/:id/plans', indexing],
  ['POST /search/v1/queries/:id/answer', indexing],
  ['POST /search/v1/queries/:id/refusal', indexing],
]);

/** @throws CloisterError `core/not-for-machines` */
export const decideMachineRoute = (method: string, route: string | undefined, purpose: Purpose): void => {
  const allowed = machineRoutes.get(`${method} ${route}`)?.includes(purpose) === true;
  if (!allowed) throw new CloisterError('core/not-for-machines');
};
