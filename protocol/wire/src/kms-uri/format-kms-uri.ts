import type { AuthId, KmsUri } from './kms-uri.ts';

/** The text of a key server address; `parseKmsUri(formatKmsUri(uri))` equals `uri`. */
export const formatKmsUri = (uri: KmsUri): string => {
  const server = uri.host === null ? '' : `kms://${uri.host}`;
  switch (uri.form) {
    case 'server':
      return server;
    case 'collection':
      return `${server}/${uri.collection}`;
    case 'instance':
      return `${server}/${uri.collection}/${uri.id}`;
    case 'resourceKeys':
      return `${server}/resources/${uri.id}/keys`;
    case 'resourceSearchKeys':
      return `${server}/resources/${uri.id}/searchKeys`;
    case 'resourceAuthorizations':
      return `${server}/resources/${uri.id}/authorizations${queryOf(uri)}`;
    case 'resourceModerators':
      return `${server}/resources/${uri.id}/moderators${queryOf(uri)}`;
  }
};

const queryOf = ({ authId }: { readonly authId?: AuthId }): string =>
  authId === undefined ? '' : `?authId=${encodeURIComponent(authId)}`;
