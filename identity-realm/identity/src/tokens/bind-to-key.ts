import type { Database } from '@cloister/database';
import { CloisterError } from '@cloister/wire';
import type { Audience } from '../domain/scopes.ts';
import { useProof } from '../store/used-proofs.ts';
import { checkProof, proofWindow } from './dpop-proof.ts';

/**
 * The key that a token for an audience is bound to, by its thumbprint; the proof is used up.
 * @throws CloisterError `identity/invalid-proof`
 */
export const bindToKey = async (
  database: Database,
  audience: Audience,
  { proof, url, now }: { readonly proof: string; readonly url: string; readonly now: Date },
): Promise<string> => {
  // Only a KMS checks the binding; a bound token that others take as a bearer token would promise what it does not hold.
  if (audience !== 'kms') throw new CloisterError('identity/invalid-proof');
  const { thumbprint, id } = await checkProof(proof, { method: 'POST', url, now });
  const expiresAt = new Date(now.getTime() + 2 * proofWindow * 1000);
  if (!(await useProof(database, id, expiresAt))) throw new CloisterError('identity/invalid-proof');
  return thumbprint;
};
