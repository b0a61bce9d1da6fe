import { CloisterError, idOf, type KmsResponse, kmsReply, type MasterKeyDiagnosis } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import { type Asked, asks, type RequestOf } from '../../domain/asked.ts';
import { checkAdministrator } from '../../domain/check-administrator.ts';
import type { Hsm } from '../../keys/hsm.ts';
import { findingsOf } from '../domain/findings-of.ts';
import { type MasterKey, type OrganisationKeys, sourceNamed, visible } from '../domain/organisation-keys.ts';
import { representCustomerMasterKey } from '../domain/represent.ts';
import { findOrganisationKeys } from '../store/organisation-keys-row.ts';
import { keyFacts } from './key-facts.ts';
import { show } from './show.ts';

type Read = RequestOf<'retrievePublicKey' | 'listMasterKeys' | 'diagnoseMasterKey'>;

/** The public key for an upload, the keys of a source, or one with what is wrong with it; each with the overview. */
export const readMasterKeys = async (context: KmsContext, asked: Asked<Read>): Promise<KmsResponse> => {
  const { request, caller } = asked;
  checkAdministrator(context, caller, request);
  const { organisationId } = caller;
  const { requestId } = request;
  const keys = await findOrganisationKeys(context.database, organisationId);
  const { shown, masterKeys } = await show(context, context.database, keys, await keyFacts(context, organisationId));
  if (asks(asked, 'retrievePublicKey')) {
    const publicKey = await context.hsm.publicKey(organisationId);
    return { ...kmsReply.publicKey(requestId, publicKey), cloister: { masterKeys } };
  }
  if (asks(asked, 'diagnoseMasterKey')) {
    const key = visible(keys).find(({ keyId }) => keyId === idOf(asked.request.masterKeyUri));
    if (key === undefined) throw new CloisterError('kms/not-found', { detail: 'a main key' });
    const diagnosis = await diagnose(context.hsm, keys, key);
    const one = representCustomerMasterKey(shown, key);
    return { ...kmsReply.masterKeys(requestId, [one]), cloister: { masterKeys, diagnosis } };
  }
  const source = asks(asked, 'listMasterKeys') ? sourceNamed(asked.request.source) : 'upload';
  const listed = visible(keys).filter((key) => key.source === source);
  const all = listed.map((key) => representCustomerMasterKey(shown, key));
  return { ...kmsReply.masterKeys(requestId, all), cloister: { masterKeys } };
};

/** R079: the ARN, the state of the key there, what is missing. An uploaded key is asked for in the keystore. */
const diagnose = async (
  hsm: Hsm,
  { organisationId }: OrganisationKeys,
  key: MasterKey,
): Promise<MasterKeyDiagnosis> => {
  const { keyId, arn } = key;
  if (arn === null) return diagnoseUploaded(hsm, organisationId, key);
  const { principalArn, keyState, missing, fault, reason } = await hsm.diagnose({ keyId, organisationId, arn });
  return {
    arn,
    ...(principalArn === null ? {} : { principalArn }),
    ...(keyState === null ? {} : { keyState }),
    missing,
    fault,
    ...(reason === undefined ? {} : { reason }),
    findings: findingsOf(key, { fault, reason, missing }),
  };
};

const diagnoseUploaded = async (
  hsm: Hsm,
  organisationId: string,
  { keyId, checkValue, state }: MasterKey,
): Promise<MasterKeyDiagnosis> => {
  if (state === 'removed') return { missing: [], fault: 'hsm/not-found', findings: [] };
  try {
    const isSame = (await hsm.check({ keyId, organisationId })).equals(checkValue ?? Buffer.alloc(0));
    return { missing: [], fault: isSame ? null : 'hsm/keystore-changed', findings: isSame ? ['ok'] : [] };
  } catch (error) {
    if (!(error instanceof CloisterError)) throw error;
    return { missing: [], fault: error.code, findings: [] };
  }
};
