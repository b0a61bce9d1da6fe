import { CloisterError } from '@cloister/wire';
import { readsOnList } from '../domain/machine-reads.ts';
import type { Reader } from '../domain/reader.ts';
import type { ListView } from '../federation/lists/list-view.ts';

/**
 * Whether a machine's organisation has an index of a resource (wires.md §14): a room's, in which it has somebody or which is
 * its own, and whose main key is on. A resource that no room has holds nothing that is searched.
 * @throws CloisterError `kms/not-authorized`, `kms/outside-not-allowed`, `kms/revoked`
 */
export const checkIndexed = (
  reader: Pick<Reader, 'machineOf' | 'peopleOf'>,
  list: ListView,
  meets: (organisationId: string) => boolean,
): void => {
  if (!readsOnList(reader, list)) throw new CloisterError('kms/not-authorized');
  if (list.roomId === null) throw new CloisterError('kms/not-authorized', { detail: 'no room has it' });
  if (!meets(list.organisationId)) throw new CloisterError('kms/outside-not-allowed');
  if (list.isFrozen) throw new CloisterError('kms/revoked');
};
