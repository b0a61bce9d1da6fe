import { AwsError } from '../aws-error.ts';
import type { KeyState, KmsKey } from '../keys/kms-key.ts';

/**
 * Throws what AWS answers when a key's state does not allow an operation.
 * @see {@link https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html}
 */
export function requireState(key: KmsKey, ...allowed: readonly KeyState[]): void {
  if (allowed.includes(key.state)) return;
  if (key.state === 'Disabled') throw new AwsError('DisabledException', `${key.arn} is disabled.`);
  const words = key.state.replace(/(?!^)([A-Z])/g, ' $1').toLowerCase();
  throw new AwsError('KMSInvalidStateException', `${key.arn} is ${words}.`);
}
