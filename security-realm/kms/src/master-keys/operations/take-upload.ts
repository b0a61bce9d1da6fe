import { CloisterError } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import { asMasterKeyFault } from '../domain/as-master-key-fault.ts';
import type { MasterKeyEvent } from '../domain/master-key-event.ts';
import { headOf, type MasterKey, type OrganisationKeys } from '../domain/organisation-keys.ts';
import { cancelDisposal, planDisposal } from '../store/hsm-disposal-row.ts';

/** An import that is not taken up by then belongs to nobody: the server that made it has crashed. */
const ORPHAN_MS = 10 * 60 * 1000;

type Taking = Pick<KmsContext, 'database' | 'databaseNow' | 'hsm' | 'newId'>;
type Taken = Extract<MasterKeyEvent, { type: 'upload' | 'reupload' }>;

/**
 * Has an uploaded key imported in the hsm, before the transaction that takes it up (docs/wires.md §12). Where the head was
 * removed, nothing but the original is imported, under its old id: its check value is compared first under another.
 * @throws CloisterError `kms/invalid-master-key` for every bad upload, `kms/original-key-required`
 */
export const takeUpload = async (
  context: Taking,
  keys: OrganisationKeys,
  { wrapped, activate }: { readonly wrapped: string; readonly activate: boolean },
): Promise<Taken> => {
  const bytes = Buffer.from(wrapped, 'base64');
  if (bytes.length === 0 || bytes.toString('base64') !== wrapped) throw new CloisterError('kms/invalid-master-key');
  const { organisationId } = keys;
  const fresh = { keyId: context.newId(), organisationId };
  const checkValue = await importKey(context, fresh, bytes);
  const head = headOf(keys);
  if (head?.state !== 'removed') return { type: 'upload', keyId: fresh.keyId, checkValue, activate };
  await planDisposal(context.database, { ...fresh, dueAt: await context.databaseNow(context.database) });
  if (!isOriginal(head, checkValue)) throw new CloisterError('kms/original-key-required');
  const { keyId } = head;
  return { type: 'reupload', keyId, checkValue: await importKey(context, { keyId, organisationId }, bytes), arn: null };
};

const isOriginal = (head: MasterKey, checkValue: Buffer): boolean => head.checkValue?.equals(checkValue) === true;

/** Its disposal is written down first, so that a crash leaves no key behind that nobody knows. */
const importKey = async (
  { database, databaseNow, hsm }: Taking,
  key: { readonly keyId: string; readonly organisationId: string },
  wrapped: Buffer,
): Promise<Buffer> => {
  const dueAt = new Date((await databaseNow(database)).getTime() + ORPHAN_MS);
  await planDisposal(database, { ...key, dueAt });
  try {
    const { check } = await hsm.importKey(key, wrapped);
    return Buffer.from(check, 'base64');
  } catch (error) {
    const fault = asMasterKeyFault(error);
    // Then there is nothing to destroy.
    if (fault instanceof CloisterError && fault.code === 'kms/invalid-master-key') {
      await cancelDisposal(database, key.keyId);
    }
    throw fault;
  }
};
