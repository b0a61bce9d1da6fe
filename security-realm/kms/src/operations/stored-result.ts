import { CloisterError, type KmsResponse } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { Kek } from '../keys/kek-store.ts';
import { openUnder, type Sealed, type SealedPlace, sealUnder } from '../keys/key-vault.ts';
import type { OperationRow } from '../store/operation-row.ts';

const placeOf = (operationId: string, organisationId: string, { level }: Kek): SealedPlace => ({
  kind: 'operation-result',
  organisationId,
  id: [operationId],
  level,
});

/** The KEK that seals results of an organisation: the realm's own, so that people can be removed while its main key is off. */
export const resultKek = ({ keks }: Pick<KmsContext, 'keks'>, organisationId: string): Promise<Kek> =>
  keks.current(organisationId, 'realm', 'results');

/** A result as stored: sealed, and without key bytes, so that a repeat is decided anew for every key it would give. */
export const sealResult = (
  kek: Kek,
  row: Pick<OperationRow, 'operationId' | 'organisationId'>,
  response: KmsResponse,
): Sealed => sealUnder(kek, placeOf(row.operationId, row.organisationId, kek), Buffer.from(JSON.stringify(response)));

/** The stored response, key bytes still missing. @throws CloisterError `platform/at-rest` */
export const openResult = async ({ keks }: Pick<KmsContext, 'keks'>, row: OperationRow): Promise<KmsResponse> => {
  if (row.kekId === null) throw new CloisterError('kms/operation-closed');
  const kek = await keks.byId(row.kekId, row.kekVersion);
  const bytes = openUnder(kek, placeOf(row.operationId, row.organisationId, kek), row);
  return JSON.parse(bytes.toString('utf8')) as KmsResponse;
};
