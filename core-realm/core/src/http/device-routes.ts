import { originOf } from '@cloister/http';
import { CloisterError, type DeviceId, newId, parseDeviceRequest, parseUuid } from '@cloister/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CoreContext } from '../context.ts';
import { serviceLinks } from '../domain/catalogue.ts';
import { deleteDevice, insertDevice, listDevices, refreshDevice, type StoredDevice } from '../store/devices.ts';
import { askerOf } from './ask.ts';

interface ById {
  Params: { id: string };
}

/** Device registration (kms.md §3.4). */
export const deviceRoutes = (app: FastifyInstance, context: CoreContext): void => {
  const { db, now } = context;

  app.post('/wdm/api/v1/devices', async (request) => {
    const { userId, organisationId } = askerOf(request, context);
    const details = detailsOf(request.body);
    const device: StoredDevice = {
      id: newId<DeviceId>(),
      userId,
      organisationId,
      details,
      modifiedAt: new Date(now()),
    };
    if (!(await insertDevice(db, device))) throw new CloisterError('core/too-many');
    return deviceJson(request, context, device);
  });

  app.get('/wdm/api/v1/devices', async (request) => {
    const { userId } = askerOf(request, context);
    const devices = await listDevices(db, userId);
    return { devices: devices.map((device) => deviceJson(request, context, device)) };
  });

  app.put<ById>('/wdm/api/v1/devices/:id', async (request) => {
    const { userId } = askerOf(request, context);
    const details = request.body === undefined ? null : detailsOf(request.body);
    const device = await refreshDevice(db, idOf(request), userId, details, new Date(now()));
    // kms.md §3.4: 404 makes the client register again.
    if (device === null) throw new CloisterError('core/not-found');
    return deviceJson(request, context, device);
  });

  app.delete<ById>('/wdm/api/v1/devices/:id', async (request, reply) => {
    const { userId } = askerOf(request, context);
    const id = idOf(request);
    if (!(await deleteDevice(db, id, userId))) throw new CloisterError('core/not-found');
    context.sockets.deviceDeleted(userId, id);
    return reply.code(204).send();
  });
};

/** What is kept of a device. Its name and localised model are its owner's words and may hold theirs: they are dropped (R420). */
const detailsOf = (body: unknown): string => {
  const { deviceType, model, systemName, systemVersion } = parseDeviceRequest(body);
  return JSON.stringify({ deviceType, model, systemName, systemVersion });
};

const idOf = (request: FastifyRequest<ById>): DeviceId => parseUuid<DeviceId>(request.params.id);

const deviceJson = (request: FastifyRequest, context: CoreContext, device: StoredDevice) => {
  const origin = originOf(request);
  const links = serviceLinks(origin, context.identityOriginOf(origin));
  return {
    ...(JSON.parse(device.details) as object),
    url: `${links.wdm}/devices/${device.id}`,
    webSocketUrl: `${links.mercuryConnection.replace(/^http/, 'ws')}/devices/${device.id}/messages`,
    userId: device.userId,
    features: { developer: [], entitlement: [], user: [] },
    // Independent clients look for the addresses here (kms.md §3.4).
    services: {
      encryptionServiceUrl: links.encryption,
      conversationServiceUrl: links.conversation,
      mercuryConnectionServiceUrl: links.mercuryConnection,
      filesServiceUrl: links.files,
    },
    modificationTime: device.modifiedAt.toISOString(),
  };
};
