import { sql } from '@cloister/database';
import type { TestRealm } from '../../testing/test-realm.ts';

const statements = [
  // Nodes act by the highest epoch that they have seen.
  sql`update organisation_keys set version = 1, epoch = epoch + 1, head_key_id = null, is_frozen = false,
    default_role = 'active', default_rotation_started_at = null, default_rotation_total = null, frozen_at = null,
    effective_at = null`,
  sql`delete from master_key`,
  sql`delete from master_key_event`,
  sql`delete from hsm_disposal`,
  sql`delete from content_key`,
  sql`delete from kek where level = 'content'`,
  sql`delete from kms_node`,
  sql`delete from leaver_removal`,
  sql`delete from resource_authorization`,
  sql`delete from resource`,
];

/**
 * Organisations as if they had never had a main key, a room or a content key, and a single new process. Their RSA keys for uploads
 * stay in the hsm: to make those takes longer than any test.
 */
export const startAfresh = async (realm: TestRealm): Promise<void> => {
  await realm.closeOthers();
  await realm.database.transaction(async (tx) => {
    for (const statement of statements) await tx.execute(statement);
  });
  await realm.restart();
  await realm.kms.masterKeys.look();
};
