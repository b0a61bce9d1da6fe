import { checkWith, type MachineId, parseUuid, parseWith, purpose, purposes } from '@cloister/wire';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod/mini';
import type { Context } from '../context.ts';
import { parseMachineKey } from '../domain/machine-key.ts';
import { mayDo } from '../domain/roles.ts';
import { addMachine } from '../functions/add-machine.ts';
import { removeMachine } from '../functions/remove-machine.ts';
import { switchFunction } from '../functions/switch-function.ts';
import { listFunctions } from '../store/functions.ts';
import { listMachines } from '../store/machines.ts';
import { administratorOf, authenticate, toReadPeople } from './authenticate.ts';

const setting = z.strictObject({ enabled: z.boolean() });
const newMachine = z.strictObject({ purpose, publicKey: z.unknown() });

/** Functions that need keys: what each organisation has switched on, and the machine accounts that serve them (R341, R343). */
export const functionRoutes = (app: FastifyInstance, context: Context): void => {
  const { database, now } = context;
  const base = '/identity/api/v1/organisation';

  // What may read one's rooms is everybody's to know; who switched it and by which account is the administrators'.
  app.get(`${base}/functions`, async (request) => {
    const { person } = await authenticate(context, request, toReadPeople);
    const { organisationId, roles } = person;
    const switched = await listFunctions(database, organisationId);
    const machines = mayDo(roles, 'manage-functions') ? await listMachines(database, organisationId) : undefined;
    const items = purposes.map((each) => {
      const { enabled = false, changedAt, changedBy } = switched.find(({ purpose }) => purpose === each) ?? {};
      return {
        purpose: each,
        enabled,
        ...(changedAt === undefined ? {} : { changedAt: changedAt.toISOString() }),
        ...(machines === undefined
          ? {}
          : {
              ...(changedBy === undefined ? {} : { changedBy }),
              machines: machines
                .filter(({ purpose }) => purpose === each)
                .map(({ id, active, createdAt }) => ({ id, active, createdAt: createdAt.toISOString() })),
            }),
      };
    });
    return { items };
  });

  app.put(`${base}/functions/:purpose`, async (request, reply) => {
    const by = await administratorOf(context, request, 'manage-functions');
    const which = checkWith(purpose, (request.params as { purpose: string }).purpose);
    const { enabled } = parseWith(setting, request.body);
    await switchFunction(context, { by, purpose: which, enabled });
    return reply.code(204).send();
  });

  app.post(`${base}/machines`, async (request, reply) => {
    const { organisationId, id: by } = await administratorOf(context, request, 'manage-functions');
    const asked = parseWith(newMachine, request.body);
    const publicKey = parseMachineKey(asked.publicKey);
    const id = await database.transaction((transaction) =>
      addMachine(transaction, { organisationId, purpose: asked.purpose, publicKey, by, at: now() }),
    );
    reply.code(201);
    return { id };
  });

  app.delete(`${base}/machines/:id`, async (request, reply) => {
    const by = await administratorOf(context, request, 'manage-functions');
    await removeMachine(context, { by, id: parseUuid<MachineId>((request.params as { id: string }).id) });
    return reply.code(204).send();
  });
};
