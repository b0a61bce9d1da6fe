import {
  CloisterError,
  type KmsResponse,
  type OrganisationId,
  type OutsideOverview,
  type OutsidePolicy,
  parseOutsideReply,
} from '@cloister/wire';
import type { Client } from '../api/client.ts';
import { CloisterClient } from '../client/cloister-client.ts';
import { type AskKeyServer, RepeatedChanges } from '../kms/repeated-changes.ts';
import type { OutsideManagement } from './outside-management.ts';

/** What the organisation of this client's person decided about others. */
export const openOutside = (client: Client): OutsideManagement => {
  if (!(client instanceof CloisterClient)) throw new CloisterError('client/invalid-request');
  return outsideManagement((call, requestId) => client.askKeyServer(call, requestId));
};

/** The operations `/outside` of docs/wires.md §13 over a way to the key server. */
export const outsideManagement = (ask: AskKeyServer): OutsideManagement => {
  const changes = new RepeatedChanges(ask);
  const setPaused = (paused: boolean) => async (organisationId: OrganisationId) =>
    overviewOf(await changes.ask({ method: 'update', uri: `/outside/${organisationId}`, body: { paused } }));
  return {
    overview: async () => overviewOf(await ask({ method: 'retrieve', uri: '/outside' })),
    setPolicy: async ({ mode, domains }: OutsidePolicy, version?: number) => {
      const body = { policy: { mode, domains }, ...(version === undefined ? {} : { cloister: { version } }) };
      return overviewOf(await changes.ask({ method: 'update', uri: '/outside', body }));
    },
    pause: setPaused(true),
    resume: setPaused(false),
  };
};

const overviewOf = (response: KmsResponse): OutsideOverview => {
  try {
    return parseOutsideReply(response);
  } catch (cause) {
    throw new CloisterError('client/unreadable', { detail: 'other organisations', cause });
  }
};
