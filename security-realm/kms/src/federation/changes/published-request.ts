import { CloisterError, type KmsRequest } from '@cloister/wire';

/**
 * A change of a room's people or keys as the published request for its home, without who asks: that is said beside it. Built
 * from what was understood, so that nothing else travels along.
 * @throws CloisterError `kms/unsupported` for what no other realm can be asked
 */
export const publishedRequest = (request: KmsRequest): Readonly<Record<string, unknown>> => {
  const { requestId, roomId } = request;
  const frame = { requestId, ...(roomId === undefined ? {} : { cloister: { roomId } }) };
  switch (request.operation) {
    case 'createAuthorizations': {
      const { resourceUri, authIds } = request;
      return { ...frame, method: 'create', uri: '/authorizations', resourceUri, userIds: authIds };
    }
    case 'deleteAuthorization': {
      if (request.target.by !== 'subject') throw new CloisterError('kms/unsupported');
      const { resourceUri, authId } = request.target;
      return { ...frame, method: 'delete', uri: `${resourceUri}/authorizations?authId=${authId}` };
    }
    case 'appointModerators': {
      const { resourceUri, userIds } = request;
      return { ...frame, method: 'create', uri: `${resourceUri}/moderators`, userIds };
    }
    case 'dismissModerator': {
      const { resourceUri, userId } = request;
      return { ...frame, method: 'delete', uri: `${resourceUri}/moderators?authId=${userId}` };
    }
    case 'bindKey': {
      const { keyUri, resourceUri } = request;
      return { ...frame, method: 'update', uri: keyUri, resourceUri };
    }
    default:
      throw new CloisterError('kms/unsupported');
  }
};
