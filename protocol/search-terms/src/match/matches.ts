import type { RoomId } from '@cloister/wire';
import { countedText } from '../caps.ts';
import type { SearchDocument } from '../document.ts';
import { hasLink } from '../has.ts';
import { isOperator, type Query, type QueryLeaf, type QueryNode } from '../query/query.ts';
import { type ReadText, readText } from '../text/read-text.ts';
import { occurrences } from './occurrences.ts';
import { wanted } from './phrase.ts';

/** A message as whoever checks a result sees it. */
export interface SeenMessage extends SearchDocument {
  readonly roomId: RoomId;
  /** When it was first sent, ms. */
  readonly published: number;
  /** Whether it has files whose insides are not among the texts: they may say more. */
  readonly unseen: boolean;
}

/** `in-file`: it depends on what stands in a file that is not seen. */
export type Verdict = 'yes' | 'no' | 'in-file';

/** Whether a message is what a query asks for, by three-valued logic where a file is not seen. */
export const matches = (query: Query, message: SeenMessage): Verdict => {
  if (query === null) return 'no';
  const texts = message.texts.map((text) => readText(countedText(text)));
  return verdict(query, message, texts);
};

const verdict = (node: QueryNode, message: SeenMessage, texts: readonly ReadText[]): Verdict => {
  if (!isOperator(node)) return leafVerdict(node, message, texts);
  const [kind, ...of] = node;
  const inner = of.map((part) => verdict(part, message, texts));
  if (kind === 'not') return opposite(inner[0] ?? 'no');
  const decisive = kind === 'and' ? 'no' : 'yes';
  if (inner.includes(decisive)) return decisive;
  return inner.includes('in-file') ? 'in-file' : kind === 'and' ? 'yes' : 'no';
};

const leafVerdict = (leaf: QueryLeaf, message: SeenMessage, texts: readonly ReadText[]): Verdict => {
  if ('text' in leaf) {
    const looked = wanted(leaf);
    if (looked === undefined) return 'no';
    if (texts.some((text) => occurrences(looked, text).next().done === false)) return 'yes';
    return message.unseen ? 'in-file' : 'no';
  }
  return passes(leaf, message) ? 'yes' : 'no';
};

const passes = (filter: Exclude<QueryLeaf, { text: string }>, message: SeenMessage): boolean => {
  if ('from' in filter) return filter.from.includes(message.from);
  if ('in' in filter) return filter.in.includes(message.roomId);
  if ('sent' in filter) {
    const { from = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = filter.sent;
    return from <= message.published && message.published < until;
  }
  if (message.has.has(filter.has)) return true;
  return filter.has === 'link' && message.texts.some((text) => text.kind === 'message' && hasLink(countedText(text)));
};

const opposite = (of: Verdict): Verdict => (of === 'in-file' ? of : of === 'yes' ? 'no' : 'yes');
