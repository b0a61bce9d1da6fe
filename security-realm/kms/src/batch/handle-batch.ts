import { sealResponse } from '@cloister/kms-channel';
import { isStale } from '@cloister/verify';
import type { KmsRequest, KmsResponse, MessagesFrame } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import { type Asked, asks, type RequestOf } from '../domain/asked.ts';
import { retrieveKeys } from '../operations/retrieve-keys.ts';
import { retrieveSearchKeys } from '../search/retrieve-search-keys.ts';
import { answerRequest } from './answer-request.ts';
import { openBatch, type Step } from './open-batch.ts';
import type { Opened } from './open-message.ts';
import { hasKeys } from './release.ts';

export type Batch = Pick<MessagesFrame, 'userId' | 'organisationId' | 'messages'>;
export type Reply = { readonly index: number; readonly message: string };

/** A sealed reply, and whether there are keys in it. */
type Answer = { readonly message: string; readonly hasKeys: boolean } | null;

/**
 * Answers the messages of one person, in their order; what has no reply is met with silence.
 * Open, authenticate, load, decide, audit, seal; keys asked for one after the other are loaded and audited together.
 */
export const handleBatch = async (context: KmsContext, batch: Batch): Promise<Reply[]> => {
  const { status, log, now } = context;
  if (isStale(status, now().getTime())) {
    log.event('batch.silent', { reason: 'status-stale', count: batch.messages.length }, 'warn');
    return [];
  }
  const permit = await context.revocation.permit();
  if (permit === null) {
    log.event('batch.silent', { reason: 'no-lease', count: batch.messages.length }, 'warn');
    return [];
  }
  const { userId, organisationId, messages } = batch;
  const steps = await openBatch(context, { userId, organisationId }, messages);
  const answers: Answer[] = [];
  for (let at = 0; at < steps.length; ) {
    const run = runOfRetrievals(steps, at);
    const answered = run.length > 0 ? await retrieveAll(context, run) : [await answerStep(context, steps[at] ?? null)];
    answers.push(...answered);
    at += answered.length;
  }
  // Now they leave: a node that was stopped on the way here gives away no key that was revoked meanwhile (wires.md §12).
  const mayRelease = permit.holds();
  const held = mayRelease ? 0 : answers.filter((answer) => answer?.hasKeys === true).length;
  if (held > 0) log.event('batch.silent', { reason: 'revocation', count: held }, 'warn');
  return answers.flatMap((answer, index) =>
    answer === null || (answer.hasKeys && !mayRelease) ? [] : [{ index, message: answer.message }],
  );
};

/** What is asked for many at a time, and answered together. */
type Retrieval = Opened & { readonly asked: Asked<RequestOf<'retrieveKey' | 'retrieveSearchKeys'>> };

const isRetrieval = (step: Step | undefined): step is Retrieval =>
  step !== null &&
  step !== undefined &&
  'asked' in step &&
  (step.asked.request.operation === 'retrieveKey' || step.asked.request.operation === 'retrieveSearchKeys') &&
  step.asked.request.roomId === undefined;

/** Retrievals of one kind that follow each other. */
const runOfRetrievals = (steps: readonly Step[], from: number): Retrieval[] => {
  const run: Retrieval[] = [];
  for (let at = from; at < steps.length; at++) {
    const step = steps[at];
    if (!isRetrieval(step) || step.asked.request.operation !== (run[0] ?? step).asked.request.operation) break;
    run.push(step);
  }
  return run;
};

const retrieve = (context: KmsContext, run: readonly Retrieval[]): Promise<KmsResponse[]> => {
  const of = <O extends KmsRequest['operation']>(operation: O) =>
    run.flatMap(({ asked }) => (asks(asked, operation) ? [asked] : []));
  const keys = of('retrieveKey');
  return keys.length > 0 ? retrieveKeys(context, keys) : retrieveSearchKeys(context, of('retrieveSearchKeys'));
};

const retrieveAll = async (context: KmsContext, run: readonly Retrieval[]): Promise<Answer[]> => {
  try {
    const responses = await retrieve(context, run);
    return await Promise.all(run.map(({ channel }, index) => sealOrNull(channel, responses[index] ?? null)));
  } catch (error) {
    const operation = run[0]?.asked.request.operation;
    context.log.failure('batch.silent', error, { operation, count: run.length });
    return run.map(() => null);
  }
};

const answerStep = async (context: KmsContext, step: Step): Promise<Answer> => {
  if (step === null) return null;
  if ('reply' in step) return { message: step.reply, hasKeys: false };
  return sealOrNull(step.channel, await answerRequest(context, step.asked));
};

const sealOrNull = async ({ key }: Opened['channel'], response: KmsResponse | null): Promise<Answer> => {
  if (response === null) return null;
  return { message: await sealResponse(key, response), hasKeys: hasKeys(response) };
};
