import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';

const peerAway = msg`The key server of another organisation does not answer. This is sent by itself as soon as it does; if it lasts, ask somebody there.`;
const keyServerAway = msg`Your organisation’s key server does not answer. This is sent by itself as soon as it does.`;

/** What holds a message back that will be sent by itself, for those who wait: nothing when there is no more to say. */
export function waitingText(code: string): MessageDescriptor | undefined {
  if (code.startsWith('kms/peer-')) return peerAway;
  return ['kms/timeout', 'kms/unavailable', 'core/kms-unavailable'].includes(code) ? keyServerAway : undefined;
}
