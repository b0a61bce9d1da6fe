import type { Database } from '@cloister/database';
import type { Log } from '@cloister/logging';
import { CloisterError } from '@cloister/wire';
import { forgetPast } from './federation/forget-past.ts';
import { channelDayIsOver } from './keys/channel-day.ts';
import type { Hsm } from './keys/hsm.ts';
import { deleteExpiredAuthorizations } from './store/authorization-row.ts';
import { channelsUnder, deleteExpiredChannels } from './store/channel-row.ts';
import { channelKeks, deleteKek, type KekRow } from './store/kek-row.ts';
import { deleteExpiredKeys, deleteKeysOfExpired } from './store/key-row.ts';
import { deleteOldOperations } from './store/operation-row.ts';

const KEEP_OPERATIONS_MS = 7 * 24 * 3600 * 1000;

type Maintained = { readonly database: Database; readonly hsm: Hsm; readonly now: Date; readonly log: Log };

/** Deletes what has expired; a day's channel key is destroyed in the hsm once the last channel under it is gone. */
export const maintain = async ({ database, hsm, now, log }: Maintained): Promise<void> => {
  const channelCount = await deleteExpiredChannels(database, now);
  const keyCount = (await deleteExpiredKeys(database, now)) + (await deleteKeysOfExpired(database, now));
  const resourceCount = await deleteExpiredAuthorizations(database, now);
  const operationCount = await deleteOldOperations(database, new Date(now.getTime() - KEEP_OPERATIONS_MS));
  const foreignCount = await forgetPast(database, now);
  for (const kek of await channelKeks(database)) {
    if (channelDayIsOver(kek.label, now) && (await channelsUnder(database, kek.kekId)) === 0) {
      await destroy({ database, hsm, log }, kek);
    }
  }
  log.event('kms.maintained', { channelCount, keyCount, operationCount, resourceCount, foreignCount });
};

/** The hsm first: a row without its key is useless, a key without its row would live for ever. */
const destroy = async ({ database, hsm, log }: Pick<Maintained, 'database' | 'hsm' | 'log'>, kek: KekRow) => {
  const key = { keyId: kek.hsmKeyId, organisationId: kek.organisationId };
  try {
    // What a row says of a key decides nothing: an organisation's main key is not destroyed as a channel's.
    const { purpose } = await hsm.describe(key);
    if (purpose !== 'channel') {
      log.event('channel-key.is-none', { keyId: key.keyId, purpose }, 'error');
      return;
    }
    await hsm.destroy(key);
  } catch (error) {
    if (!(error instanceof CloisterError) || error.code !== 'hsm/not-found') throw error;
  }
  await deleteKek(database, kek.kekId);
  log.event('channel-key.destroyed', { purpose: 'channel' });
};
