import { originOf } from '@cloister/http';
import { CloisterError, type DeviceId, isUuid } from '@cloister/wire';
import type { FastifyRequest } from 'fastify';
import type { CoreContext } from '../context.ts';
import type { Telling } from '../domain/activity-json.ts';
import { type Asker, isMachine, type Machine } from '../domain/asker.ts';
import { ownsDevice } from '../store/devices.ts';
import { decideMachineRoute } from './machine-routes.ts';

/** Who asks: a core token, and the device by the address it registered under. Machines pass where they are allowed alone. */
export const askerOf = (request: FastifyRequest, context: CoreContext, identify = context.identify): Asker => {
  const identity = identify(bearerOf(request));
  if (identity.purpose !== undefined) {
    decideMachineRoute(request.method, request.routeOptions.url, identity.purpose);
  }
  return { ...identity, deviceId: deviceOf(request.headers['cisco-device-url']) };
};

/** The machine that asks; people find nothing here. @throws CloisterError `core/not-found` */
export const machineOf = (request: FastifyRequest, context: CoreContext): Machine => {
  const asker = askerOf(request, context);
  if (!isMachine(asker)) throw new CloisterError('core/not-found');
  return asker;
};

/** The full administrator who asks, as identity knows them now. @throws CloisterError `core/forbidden` */
export const administratorOf = (request: FastifyRequest, context: CoreContext): Asker => {
  const asker = askerOf(request, context);
  const person = context.feed.person(asker.userId);
  if (person?.organisationId !== asker.organisationId || !person.roles.includes('full-admin')) {
    throw new CloisterError('core/forbidden');
  }
  return asker;
};

const bearerOf = (request: FastifyRequest): string => {
  const [, token] = /^Bearer ([\x21-\x7e]+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined) throw new CloisterError('core/unauthenticated');
  return token;
};

/** Only the id in a device's address matters; which of the person's devices it is is looked up where it is used. */
const deviceOf = (header: string | string[] | undefined): DeviceId | undefined => {
  const id = typeof header === 'string' ? header.slice(header.lastIndexOf('/') + 1) : undefined;
  return isUuid(id) ? (id as DeviceId) : undefined;
};

/** The asker, with the device only if it is theirs: what a key is labelled with must not be somebody else's. */
export const withOwnDevice = async (asker: Asker, { db }: CoreContext): Promise<Asker> => {
  const { deviceId, userId } = asker;
  if (deviceId === undefined || (await ownsDevice(db, deviceId, userId))) return asker;
  return { ...asker, deviceId: undefined };
};

/** For whom an answer is written down. */
export const tellingOf = (request: FastifyRequest, { organisationOf }: CoreContext): Telling => ({
  origin: originOf(request),
  organisationOf,
});
