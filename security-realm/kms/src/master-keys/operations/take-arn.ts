import { CloisterError } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import { KeyUnusable } from '../domain/key-unusable.ts';
import type { MasterKeyEvent } from '../domain/master-key-event.ts';
import { headOf, type OrganisationKeys } from '../domain/organisation-keys.ts';
import { denialOf } from './denial-of.ts';

type Taken = Extract<MasterKeyEvent, { type: 'addArn' | 'reupload' }>;

/**
 * Tries a key at Amazon before it is taken up: "the ARN is stored and access is validated" (R070). Where the head was
 * removed, nothing but the original is.
 * @throws CloisterError `kms/not-an-arn`, `kms/no-aws`, `kms/key-unusable`, `kms/original-key-required`
 */
export const takeArn = async (
  { hsm, newId }: Pick<KmsContext, 'hsm' | 'newId'>,
  keys: OrganisationKeys,
  { arn, activate }: { readonly arn: string; readonly activate: boolean },
): Promise<Taken> => {
  const head = headOf(keys);
  const isBack = head?.state === 'removed';
  if (isBack && head.arn !== arn) throw new CloisterError('kms/original-key-required');
  const keyId = isBack ? head.keyId : newId();
  const denial = await denialOf(hsm, { keyId, organisationId: keys.organisationId, arn });
  if (denial !== null) throw new KeyUnusable(denial);
  return isBack ? { type: 'reupload', keyId, checkValue: null, arn } : { type: 'addArn', keyId, arn, activate };
};
