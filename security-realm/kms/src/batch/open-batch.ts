import { sealResponse } from '@cloister/kms-channel';
import { CloisterError } from '@cloister/wire';
import type { Asker } from '../channel/authenticate.ts';
import type { Channel } from '../channel/channel-store.ts';
import { answerHandshakeMessage } from '../channel/handshake.ts';
import { isTransient } from '../channel/is-transient.ts';
import type { KmsContext } from '../context.ts';
import { failureOf } from '../domain/failure.ts';
import {
  type Named,
  nameMessage,
  type Opened,
  openMessage,
  RefusedRequest,
  resetFor,
  type SealedMessage,
} from './open-message.ts';

/** A message on its way: opened, answered already, or nothing (silence). */
export type Step = Opened | { readonly reply: string } | null;

/** Handshakes opened side by side share their commits; more of them would keep others waiting for the RSA key. */
const TOGETHER = 8;

/** Opens the messages of one person. The channels they name are fetched with one query. */
export const openBatch = async (context: KmsContext, asker: Asker, messages: readonly string[]): Promise<Step[]> => {
  const named = messages.map((message) => nameMessage(context, message));
  const channels = await findChannels(context, named);
  const steps: Step[] = [];
  for (let at = 0; at < messages.length; at += TOGETHER) {
    const some = messages.slice(at, at + TOGETHER);
    const opening = some.map((text, index) => openOne(context, asker, text, named[at + index] ?? null, channels));
    steps.push(...(await Promise.all(opening)));
  }
  return steps;
};

/** Null when it cannot be told which channels live: a reset would then end those that do. */
const findChannels = async ({ channels, log }: KmsContext, named: readonly Named[]) => {
  const ids = named.flatMap((name) => (name?.form === 'sealed' ? [name.channelId] : []));
  try {
    return await channels.find(ids);
  } catch (error) {
    log.failure('batch.silent', error, { count: ids.length });
    return null;
  }
};

const openOne = async (
  context: KmsContext,
  asker: Asker,
  text: string,
  named: Named,
  channels: ReadonlyMap<string, Channel> | null,
): Promise<Step> => {
  if (named === null) return null;
  if (named.form === 'handshake') return asReply(await answerHandshakeMessage(context, asker, text));
  if (channels === null) return null;
  const channel = channels.get(named.channelId);
  if (channel === undefined) return asReply(await resetFor(context, asker, named.channelId));
  return openSealed(context, asker, { text, jwe: named.jwe, channel });
};

const openSealed = async (context: KmsContext, asker: Asker, message: SealedMessage): Promise<Step> => {
  try {
    return await openMessage(context, asker, message, { kind: 'message' });
  } catch (error) {
    context.log.event('message.refused', { code: error instanceof CloisterError ? error.code : 'unknown' });
    // What was not sealed by the channel's owner gets no answer, and neither does what may pass.
    if (!(error instanceof RefusedRequest) || isTransient(error)) return null;
    return { reply: await sealResponse(message.channel.key, failureOf(error.requestId, error.error)) };
  }
};

const asReply = (reply: string | null): Step => (reply === null ? null : { reply });
