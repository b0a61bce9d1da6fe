import { CloisterError } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import { asMasterKeyFault } from '../domain/as-master-key-fault.ts';
import { decide } from '../domain/decide.ts';
import type { MasterKeyEvent } from '../domain/master-key-event.ts';
import { headOf, type OrganisationKeys } from '../domain/organisation-keys.ts';
import { cancelDisposal, planDisposal } from '../store/hsm-disposal-row.ts';
import { lockOrganisationKeys } from '../store/organisation-keys-row.ts';

/** An import that is not taken up by then belongs to nobody: the server that made it has crashed. */
const ORPHAN_MS = 10 * 60 * 1000;

type Taking = Pick<KmsContext, 'database' | 'databaseNow' | 'newId'> & {
  readonly hsm: Pick<KmsContext['hsm'], 'importKey'>;
};
type Taken = Extract<MasterKeyEvent, { type: 'upload' | 'reupload' }>;
type HsmKey = { readonly keyId: string; readonly organisationId: string };

/**
 * Has an uploaded key imported in the hsm, before the transaction that takes it up (docs/wires.md §12). Where the head was
 * removed, nothing but the original is imported, under its old id: its check value is compared first under another.
 * @throws CloisterError `kms/invalid-master-key` for every bad upload, `kms/original-key-required`, `kms/conflict` when
 *   somebody else brought the original back meanwhile
 */
export const takeUpload = async (
  context: Taking,
  keys: OrganisationKeys,
  { wrapped, activate }: { readonly wrapped: string; readonly activate: boolean },
): Promise<Taken> => {
  const bytes = Buffer.from(wrapped, 'base64');
  if (bytes.length === 0 || bytes.toString('base64') !== wrapped) throw new CloisterError('kms/invalid-master-key');
  const { database, databaseNow } = context;
  const { organisationId } = keys;
  const fresh = { keyId: context.newId(), organisationId };
  await planDisposal(database, { ...fresh, dueAt: orphanedAt(await databaseNow(database)) });
  const checkValue = await importKey(context, fresh, bytes);
  const head = headOf(keys);
  if (head?.state !== 'removed') return { type: 'upload', keyId: fresh.keyId, checkValue, activate };
  await planDisposal(database, { ...fresh, dueAt: await databaseNow(database) });
  const original = { keyId: head.keyId, organisationId };
  const taken = { type: 'reupload', keyId: head.keyId, checkValue, arn: null } as const;
  await planOriginal(context, original, taken);
  await importKey(context, original, bytes);
  return taken;
};

/**
 * Decided under the lock of whoever takes the original up: planned after that, its disposal would stand for ever beside a
 * key that is needed.
 */
const planOriginal = ({ database, databaseNow }: Taking, original: HsmKey, taken: Taken): Promise<unknown> =>
  database.transaction(async (tx) => {
    const keys = await lockOrganisationKeys(tx, original.organisationId);
    const now = await databaseNow(tx);
    decide(keys, taken, now);
    return planDisposal(tx, { ...original, dueAt: orphanedAt(now) });
  });

const orphanedAt = (now: Date): Date => new Date(now.getTime() + ORPHAN_MS);

/** Its disposal was written down first, so that a crash leaves no key behind that nobody knows. */
const importKey = async ({ database, hsm }: Taking, key: HsmKey, wrapped: Buffer): Promise<Buffer> => {
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
