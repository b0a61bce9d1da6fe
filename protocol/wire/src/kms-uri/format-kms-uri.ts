import type { KmsUri } from './kms-uri.ts';

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
    case 'resourceAuthorizations': {
      const query = uri.authId === undefined ? '' : `?authId=${encodeURIComponent(uri.authId)}`;
      return `${server}/resources/${uri.id}/authorizations${query}`;
    }
  }
};
