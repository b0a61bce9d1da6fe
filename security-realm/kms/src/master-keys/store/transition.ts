import { type Queries, sql } from '@cloister/database';
import { CloisterError } from '@cloister/wire';
import { auditOfStep } from '../../audit/audit-of-step.ts';
import type { KmsContext } from '../../context.ts';
import { insertKekGeneration } from '../../store/kek-generation-row.ts';
import { decide } from '../domain/decide.ts';
import type { MasterKeyEvent } from '../domain/master-key-event.ts';
import type { MasterKey, OrganisationKeys } from '../domain/organisation-keys.ts';
import { planDisposal } from './hsm-disposal-row.ts';
import { insertMasterKeyEvent } from './master-key-event-row.ts';
import { saveMasterKey } from './master-key-row.ts';
import { lockOrganisationKeys, saveOrganisationKeys } from './organisation-keys-row.ts';
import { withTotals } from './with-totals.ts';

/** Nodes look at the epochs again when they hear this. */
export const MASTER_KEYS_CHANNEL = 'cloister_master_keys';

/** Whose act it is; null for what happens by itself. */
export type Actor = { readonly personId: string } | null;

/**
 * One transition of an organisation's main keys, in a transaction of the caller's: lock, decide, write, and audit, which
 * is durable before the change is.
 * @throws CloisterError `kms/…` where byok.md §4.2 refuses, `kms/version-mismatch`
 */
export const transition = async (
  context: Pick<KmsContext, 'audit' | 'databaseNow' | 'newId' | 'retireMs'>,
  tx: Queries,
  organisationId: string,
  event: MasterKeyEvent,
  actor: Actor,
  expectedVersion?: number,
): Promise<OrganisationKeys> => {
  const before = await lockOrganisationKeys(tx, organisationId);
  if (expectedVersion !== undefined && expectedVersion !== before.version) {
    throw new CloisterError('kms/version-mismatch');
  }
  const now = await context.databaseNow(tx);
  const decided = decide(before, event, now, context);
  const { steps, dispose, newGeneration } = decided;
  if (steps.length === 0) return before;
  const keys = await withTotals(tx, before, decided.keys);
  await save(tx, before, keys);
  for (const step of steps) {
    await insertMasterKeyEvent(tx, organisationId, { ...step, actorId: actor?.personId ?? null, at: now });
  }
  for (const keyId of dispose) await planDisposal(tx, { keyId, organisationId, dueAt: now });
  if (newGeneration) {
    await insertKekGeneration(tx, { generationId: context.newId(), organisationId, createdAt: now });
  }
  if (keys.epoch !== before.epoch) {
    await tx.execute(sql`select pg_notify(${MASTER_KEYS_CHANNEL}, ${organisationId})`);
  }
  await context.audit.append(steps.map((step) => auditOfStep(step, keys, actor, now)));
  return keys;
};

/** Who holds the role is written last: at no moment there are two. */
const save = async (tx: Queries, before: OrganisationKeys, after: OrganisationKeys): Promise<void> => {
  const isHead = ({ keyId }: MasterKey) => Number(keyId === after.headKeyId);
  const changed = after.keys.filter((key) => !before.keys.includes(key));
  for (const key of changed.toSorted((a, b) => isHead(a) - isHead(b))) {
    await saveMasterKey(tx, after.organisationId, key);
  }
  await saveOrganisationKeys(tx, after);
};
