import {
  type AuthorizationRepresentation,
  CloisterError,
  instanceUri,
  kmsReply,
  type ResourceUri,
  type Uuid,
} from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { Asked, RequestOf } from '../domain/asked.ts';
import type { Outcome } from '../domain/outcome.ts';
import { representAuthorization, representKey } from '../domain/represent.ts';
import { authorizationsOf } from '../store/authorization-row.ts';
import { keysOfResource } from '../store/key-row.ts';
import { findResource, type ResourceRow } from '../store/resource-row.ts';
import { ownId, requireReadable } from './change-tools.ts';

const DEFAULT_KEYS = 100;

/** The operations that change nothing but a channel; each is decided anew, never answered from a store. */
export const read = async (context: KmsContext, asked: Asked): Promise<Outcome> => {
  const { request } = asked;
  const { requestId } = request;
  switch (request.operation) {
    case 'ping':
      return plain(kmsReply.done(requestId));
    case 'deleteEphemeralKey':
      return endChannel(context, asked, request);
    case 'retrieveResource': {
      const resource = await readable(context, asked, request.resourceUri);
      return plain(kmsReply.resource(requestId, await representResource(context, resource)), resource);
    }
    case 'listAuthorizations':
    case 'listModerators': {
      const resource = await readable(context, asked, request.resourceUri);
      const rows = await authorizationsOf(context.database, resource.resourceId);
      const all = rows.map((row) => representAuthorization(context.kmsHost, row));
      const isAsked = (listed: AuthorizationRepresentation) =>
        request.operation === 'listModerators'
          ? listed.cloister?.moderator === true
          : request.authId === undefined || listed.authId === request.authId;
      const listed = all.filter(isAsked);
      const cloister = { authorizationVersion: resource.listVersion };
      return plain({ ...kmsReply.authorizations(requestId, listed), cloister }, resource);
    }
    case 'listResourceKeys':
      return listKeys(context, asked, request);
    default:
      throw new CloisterError('kms/unsupported');
  }
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
  const resource = await findResource(context.database, resourceId);
  return requireReadable(context, context.database, resource, caller, resourceId);
};

const representResource = async ({ kmsHost, database }: KmsContext, { resourceId, listVersion }: ResourceRow) => {
  const all = { boundAfter: null, boundBefore: null, limit: 10_000 };
  const keys = await keysOfResource(database, resourceId, all);
  const authorizations = await authorizationsOf(database, resourceId);
  return {
    uri: instanceUri(kmsHost, 'resources', resourceId as Uuid),
    authorizationUris: authorizations.map((row) => representAuthorization(kmsHost, row).uri),
    keyUris: keys.map(({ keyId }) => instanceUri(kmsHost, 'keys', keyId as Uuid)),
    cloister: { authorizationVersion: listVersion },
  };
};

const listKeys = async (
  context: KmsContext,
  asked: Asked,
  request: RequestOf<'listResourceKeys'>,
): Promise<Outcome> => {
  const resource = await readable(context, asked, request.resourceUri);
  const keys = await keysOfResource(context.database, resource.resourceId, {
    boundAfter: request.boundAfter === undefined ? null : new Date(request.boundAfter),
    boundBefore: request.boundBefore === undefined ? null : new Date(request.boundBefore),
    limit: request.count ?? DEFAULT_KEYS,
  });
  const represented = keys.map((row) => representKey(context.kmsHost, row, resource));
  return {
    response: kmsReply.keys(request.requestId, represented),
    keys,
    resource,
    subjects: [],
    keyUris: represented.map(({ uri }) => uri),
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
