import {
  type AuthorizationRepresentation,
  CloisterError,
  hostOf,
  instanceUri,
  kmsReply,
  type ResourceUri,
  type Uuid,
} from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { Asked, RequestOf } from '../domain/asked.ts';
import type { Outcome } from '../domain/outcome.ts';
import { representAuthorization } from '../domain/represent.ts';
import { withOrganisation } from '../domain/with-organisation.ts';
import { readListElsewhere, readResourceElsewhere } from '../federation/lists/read-list.ts';
import { readersOf } from '../federation/readers/readers-of.ts';
import { readMasterKeys } from '../master-keys/operations/read-master-keys.ts';
import { requireMeeting } from '../outside/meetings.ts';
import { readOutside } from '../outside/operations/read-outside.ts';
import { authorizationsOf } from '../store/authorization-row.ts';
import { keysOfResource } from '../store/key-row.ts';
import { findResource, type ResourceRow } from '../store/resource-row.ts';
import { listDefaultMasterKey, listKeks } from './administer-keks.ts';
import { ownId, requireReadable } from './change-tools.ts';
import { listResourceKeys } from './list-resource-keys.ts';

/** The operations that change nothing but a channel; each is decided anew, never answered from a store. */
export const read = async (context: KmsContext, asked: Asked): Promise<Outcome> => {
  const { request } = asked;
  const { requestId } = request;
  switch (request.operation) {
    case 'ping':
      return plain(pong(context, asked));
    case 'deleteEphemeralKey':
      return endChannel(context, asked, request);
    case 'retrieveResource': {
      if (hostOf(request.resourceUri) !== context.kmsHost) return readResourceElsewhere(context, { ...asked, request });
      const resource = await readable(context, asked, request.resourceUri);
      return plain(kmsReply.resource(requestId, await representResource(context, resource)), resource);
    }
    case 'listAuthorizations':
    case 'listModerators': {
      if (hostOf(request.resourceUri) !== context.kmsHost) return readListElsewhere(context, { ...asked, request });
      const resource = await readable(context, asked, request.resourceUri);
      const rows = await authorizationsOf(context.database, resource.resourceId, context.now());
      const all = rows.map((row) => {
        const listed = representAuthorization(context.kmsHost, row);
        return row.subjectKind === 'person'
          ? withOrganisation(asked.caller, listed, row.subjectOrganisationId)
          : listed;
      });
      const isAsked = (listed: AuthorizationRepresentation) =>
        request.operation === 'listModerators'
          ? listed.cloister?.moderator === true
          : request.authId === undefined || listed.authId === request.authId;
      const listed = all.filter(isAsked);
      const cloister = { authorizationVersion: resource.listVersion, ...(await readersOf(context, resource, rows)) };
      return plain({ ...kmsReply.authorizations(requestId, listed), cloister }, resource);
    }
    case 'listResourceKeys':
      return listResourceKeys(context, { ...asked, request });
    case 'listKeks':
      return plain(await listKeks(context, asked.caller, request));
    case 'listDefaultMasterKey':
      return plain(await listDefaultMasterKey(context, asked.caller, requestId));
    case 'retrieveOutside':
      return plain(await readOutside(context, { ...asked, request }));
    case 'retrievePublicKey':
    case 'listMasterKeys':
    case 'diagnoseMasterKey':
      return plain(await readMasterKeys(context, { ...asked, request }));
    default:
      throw new CloisterError('kms/unsupported');
  }
};

/** While the asker's organisation is frozen it says so: clients forget their keys, whatever the core tells them (wires.md §12). */
const pong = ({ revocation }: KmsContext, { caller, request }: Asked): Outcome['response'] => {
  const done = kmsReply.done(request.requestId);
  return revocation.isFrozen(caller.organisationId) ? { ...done, cloister: { isFrozen: true } } : done;
};

const plain = (response: Outcome['response'], resource: ResourceRow | null = null): Outcome => ({
  response,
  keys: [],
  resource,
  subjects: [],
  keyUris: [],
});

const readable = async (context: KmsContext, { caller }: Asked, uri: ResourceUri): Promise<ResourceRow> => {
  const resourceId = ownId(context.kmsHost, uri);
  const found = await findResource(context.database, resourceId);
  const resource = await requireReadable(context, context.database, found, caller, resourceId);
  await requireMeeting(context, context.database, caller.organisationId, [resource.organisationId]);
  return resource;
};

const representResource = async (context: KmsContext, resource: ResourceRow) => {
  const { kmsHost, database } = context;
  const { resourceId, listVersion } = resource;
  const all = { boundAfter: null, boundBefore: null, limit: 10_000 };
  const keys = await keysOfResource(database, resourceId, all);
  const authorizations = await authorizationsOf(database, resourceId, context.now());
  return {
    uri: instanceUri(kmsHost, 'resources', resourceId as Uuid),
    authorizationUris: authorizations.map((row) => representAuthorization(kmsHost, row).uri),
    keyUris: keys.map(({ keyId }) => instanceUri(kmsHost, 'keys', keyId as Uuid)),
    ...(resource.expiresAt === null ? {} : { expirationDate: resource.expiresAt.toISOString() }),
    cloister: { authorizationVersion: listVersion, ...(await readersOf(context, resource, authorizations)) },
  };
};

const endChannel = async (
  { channels }: KmsContext,
  { caller }: Asked,
  { channelUri, requestId }: RequestOf<'deleteEphemeralKey'>,
): Promise<Outcome> => {
  const channelId = channelUri.split('/').at(-1) ?? '';
  const channel = (await channels.find([channelId])).get(channelId);
  if (channel === undefined || channel.personId !== caller.personId) throw new CloisterError('kms/not-found');
  await channels.end(channelId);
  return plain(kmsReply.done(requestId, 204));
};
