import type { QueryKey } from '@cloister/sdk';
import { openText } from '@cloister/seal';
import { CloisterError, type QueryToPlan } from '@cloister/wire';
import { type AskedBefore, freshMs } from './asked-before.ts';
import { type Question, readQuestion } from './read-question.ts';

export type Judging = {
  readonly asked: AskedBefore;
  readonly now: number;
  /** When this indexer began to remember what was asked. */
  readonly startedAt: number;
};

/**
 * Opens a sealed query and believes it only when its asker made it, now, and once: the core brings it and says whose it is, and the core
 * is not trusted with either (wires.md §14, "Sealed query"; R395).
 * @throws CloisterError `core/query-refused`, `core/too-many`, `seal/open-failed`, `wire/…` or `search/…`
 */
export async function openQuestion(
  { id, userId, sealed }: Pick<QueryToPlan, 'id' | 'userId' | 'sealed'>,
  { key, userId: maker, resourceUri, roomId }: QueryKey,
  { asked, now, startedAt }: Judging,
): Promise<Question> {
  if (maker !== userId) throw refused('its key is not one that the asker made');
  if (resourceUri === undefined || roomId !== undefined) throw refused('its key is not one for searching');
  const question = readQuestion(await openText(key, sealed));
  if (question.id !== id || question.userId !== userId) throw refused('it is not what the core says');
  const { issuedAt } = question;
  if (Math.abs(now - issuedAt) > freshMs || issuedAt < startedAt) throw refused('it was not asked just now');
  asked.remember(id, issuedAt, now);
  return question;
}

const refused = (detail: string): CloisterError => new CloisterError('core/query-refused', { detail });
