import { CloisterError, type KmsRequest } from '@cloister/wire';
import type { Asked } from './asked.ts';

/** What a machine may ask (docs/wires.md §10): "Nothing else." */
const forMachines: readonly KmsRequest['operation'][] = [
  'createEphemeralKey',
  'deleteEphemeralKey',
  'ping',
  'retrieveKey',
  'listResourceKeys',
  'retrieveSearchKeys',
];
const reading: readonly KmsRequest['operation'][] = ['retrieveKey', 'listResourceKeys'];

type Asking = Pick<KmsRequest, 'operation' | 'client'>;

/**
 * What machines may do here (R341): read keys by messages of their own, and change nothing. What anybody may do on behalf
 * of somebody else: retrieve a key (kms.md §1.7). Whether a machine's function is on was decided with its token; which
 * keys it is given, with the key.
 * @throws CloisterError `kms/not-authorized`
 */
export const checkAsker = (
  { purpose }: Pick<Asked['caller'], 'purpose'>,
  { operation, client }: Asking,
  part: Asked['part']['kind'],
): void => {
  const actsForAnother = client.credential.onBehalfOf !== undefined;
  if (actsForAnother && operation !== 'retrieveKey')
    throw refuse('on behalf of somebody else a key is retrieved, no more');
  // "Nobody else gets one, on any path" (wires.md §14).
  if (operation === 'retrieveSearchKeys' && purpose !== 'indexing') throw refuse('search keys are for the indexer');
  if (purpose === null) return;
  if (actsForAnother) throw refuse('a machine acts for nobody');
  if (part !== 'message' || !forMachines.includes(operation)) throw refuse('a machine may only read keys');
  // eDiscovery reads for one person at a time and under a case (wires.md §10), of which a machine has none.
  if (purpose === 'ediscovery' && reading.includes(operation)) throw refuse('eDiscovery needs a case and its officer');
};

const refuse = (detail: string): CloisterError => new CloisterError('kms/not-authorized', { detail });
