import { CloisterError, type KmsResponse, kmsReply } from '@cloister/wire';
import { KeyUnusable } from '../master-keys/domain/key-unusable.ts';
import { NotAuthorized } from './decide-retrieval.ts';

/** The error as a KMS names it: what a parser or a seal refuses is, to the client, a request that cannot be read. */
export const asKmsError = (error: CloisterError): CloisterError => {
  if (error.code.startsWith('kms/')) return error;
  if (error.code === 'platform/conflict') return new CloisterError('kms/conflict');
  return new CloisterError('kms/invalid-request', { detail: error.detail });
};

/** The sealed error of a refusal, with the published sentence where there is one. */
export const failureOf = (requestId: string, error: CloisterError): KmsResponse => {
  const known = asKmsError(error);
  const response = kmsReply.failure(requestId, known);
  if (known instanceof NotAuthorized) return { ...response, reason: known.reason };
  if (known instanceof KeyUnusable) return { ...response, cloister: { code: known.code, ...known.denial } };
  return response;
};
