import * as z from 'zod/mini';
import { AwsError } from '../aws-error.ts';
import { allowedKey, keyId, operation } from './operation.ts';
import { requireState } from './require-state.ts';

const dayMs = 24 * 60 * 60 * 1000;
const one = z.object({ KeyId: keyId });

/** An administrator turns the key off or on. */
const switchTo = (action: 'EnableKey' | 'DisableKey') =>
  operation(one, (input, asker, cloud) => {
    const key = allowedKey(input.KeyId, asker, cloud, { action });
    requireState(key, 'Enabled', 'Disabled');
    key.state = action === 'EnableKey' ? 'Enabled' : 'Disabled';
    return null;
  });

export const enableKey = switchTo('EnableKey');
export const disableKey = switchTo('DisableKey');

export const scheduleKeyDeletion = operation(
  z.object({ KeyId: keyId, PendingWindowInDays: z._default(z.int().check(z.minimum(7), z.maximum(30)), 30) }),
  (input, asker, cloud) => {
    const key = allowedKey(input.KeyId, asker, cloud, { action: 'ScheduleKeyDeletion' });
    requireState(key, 'Enabled', 'Disabled', 'PendingImport', 'Unavailable');
    const days = input.PendingWindowInDays;
    key.deletion = { at: cloud.now + days * dayMs, days };
    key.state = 'PendingDeletion';
    return { KeyId: key.arn, DeletionDate: key.deletion.at / 1000, KeyState: key.state, PendingWindowInDays: days };
  },
);

export const cancelKeyDeletion = operation(one, (input, asker, cloud) => {
  const key = allowedKey(input.KeyId, asker, cloud, { action: 'CancelKeyDeletion' });
  if (key.state !== 'PendingDeletion')
    throw new AwsError('KMSInvalidStateException', `${key.arn} is not pending deletion.`);
  key.deletion = null;
  key.state = 'Disabled';
  return { KeyId: key.arn };
});
