import { type Presented, presented } from '../anonymous/presented.ts';
import type { KmsContext } from '../context.ts';
import type { Asked, RequestOf } from '../domain/asked.ts';
import { type Reader, readerOf } from '../domain/reader.ts';

/** By what right keys are asked for: the reader's, and that of an anonymous authorization whose bearer comes along. */
export type Standing = Reader & { readonly presented: Presented | null };

/** @throws CloisterError `kms/not-authorized`, `kms/function-off` */
export const standingOf = async (
  context: KmsContext,
  asked: Asked<RequestOf<'retrieveKey' | 'listResourceKeys'>>,
): Promise<Standing> => {
  const reader = readerOf({ status: context.status, now: context.now() }, asked);
  const { bearer, client } = asked.request;
  const { onBehalfOf } = client.credential;
  return { ...reader, presented: await presented(context, context.database, asked.caller, { bearer, onBehalfOf }) };
};
