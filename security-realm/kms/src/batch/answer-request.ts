import { CloisterError, type KmsResponse } from '@cloister/wire';
import { auditAllowed, auditRefused } from '../audit/audit-of.ts';
import { isTransient } from '../channel/is-transient.ts';
import type { KmsContext } from '../context.ts';
import type { Asked } from '../domain/asked.ts';
import { checkAsker } from '../domain/check-asker.ts';
import { failureOf } from '../domain/failure.ts';
import { checkBare } from '../domain/two-part.ts';
import { isChange } from '../operations/apply.ts';
import { changeOnce } from '../operations/change-once.ts';
import { read } from '../operations/read.ts';
import { fillKeys, unwrapKeys } from './release.ts';

/** Answers one bare request, refusals included; null for silence. */
export const answerRequest = async (context: KmsContext, asked: Asked): Promise<KmsResponse | null> => {
  try {
    checkAsker(asked.caller, asked.request, asked.part.kind);
    checkBare(asked.request);
    if (asked.request.host !== context.kmsHost && !isOfLists(asked.request)) {
      throw new CloisterError('kms/unsupported', { detail: 'another key server cannot be reached yet' });
    }
    const { response, keys } = isChange(asked) ? await changeOnce(context, asked) : await readAudited(context, asked);
    return fillKeys(response, await unwrapKeys(context.kmsHost, context.keks, keys));
  } catch (error) {
    return refuse(context, asked, error);
  }
};

/** What can be read of a resource that is at home elsewhere. */
const isOfLists = ({ operation }: Asked['request']): boolean =>
  operation === 'listAuthorizations' || operation === 'listModerators' || operation === 'retrieveResource';

const readAudited = async (context: KmsContext, asked: Asked) => {
  const outcome = await read(context, asked);
  if (asked.request.operation !== 'ping') await context.audit.append([auditAllowed(asked, outcome, context.now())]);
  return outcome;
};

const refuse = async ({ audit, log, now }: KmsContext, asked: Asked, error: unknown): Promise<KmsResponse | null> => {
  if (isTransient(error) || !(error instanceof CloisterError)) {
    log.failure('request.silent', error, { operation: asked.request.operation });
    return null;
  }
  try {
    await audit.append([auditRefused(asked, error, now())]);
    return failureOf(asked.request.requestId, error);
  } catch {
    // Nothing at all leaves while the audit cannot be written.
    return null;
  }
};
