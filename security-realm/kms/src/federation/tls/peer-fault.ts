import { CloisterError } from '@cloister/wire';

/**
 * What went wrong between two key servers, by our own codes: `kms/peer-refused` when the peer said so in TLS,
 * `kms/peer-untrusted` when what it showed is not to be trusted, `kms/peer-broken` when it spoke no proper HTTP,
 * else that it cannot be reached, or was lost once a request had left. Messages are never taken over.
 */
export const asPeerFault = (
  error: unknown,
  otherwise: 'kms/peer-unreachable' | 'kms/peer-lost' = 'kms/peer-unreachable',
): CloisterError => {
  if (error instanceof CloisterError && error.code.startsWith('kms/')) return error;
  if (error instanceof CloisterError && error.code.startsWith('certs/')) {
    return new CloisterError('kms/peer-untrusted', { detail: error.detail, cause: error });
  }
  const code = systemCodeOf(error);
  if (code.includes('_ALERT_')) return new CloisterError('kms/peer-refused', { detail: 'in TLS', cause: error });
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || isOfCertificates(code)) {
    return new CloisterError('kms/peer-untrusted', { cause: error });
  }
  if (code.startsWith('HPE_')) return new CloisterError('kms/peer-broken', { cause: error });
  return new CloisterError(otherwise, { cause: error });
};

const systemCodeOf = (error: unknown): string => {
  const { code } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  return typeof code === 'string' ? code : '';
};

/** OpenSSL's reasons for refusing a chain, as Node names them. */
const isOfCertificates = (code: string): boolean =>
  /CERT|SELF_SIGNED|ISSUER|LEAF_SIGNATURE|PATH_LENGTH|INVALID_(CA|PURPOSE)|HOSTNAME/.test(code);
