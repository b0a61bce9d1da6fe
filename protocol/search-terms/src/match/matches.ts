import type { RoomId } from '@cloister/wire';
import { countedText } from '../caps.ts';
import { approximate } from '../core-query/approximate.ts';
import { leafTerms } from '../core-query/leaf-terms.ts';
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

/**
 * Whether a message is what a query asks for, by three-valued logic where a file is not seen.
 * @param held the slots of the query's {@link approximate} that hold in it, if the core says so: they tell whether what stands in files
 *   makes it a result (docs/search.md, `file-phrases`)
 */
export const matches = (query: Query, message: SeenMessage, held?: readonly number[]): Verdict => {
  if (query === null) return 'no';
  const looked = { message, texts: message.texts.map((text) => readText(countedText(text))) };
  const seen = verdict(query, looked, true);
  if (seen !== 'in-file' || held === undefined) return seen;
  const slots = approximate(query)?.slots ?? [];
  const names = new Set(held.map((slot) => nameOf(slots[slot] ?? [])));
  return verdict(query, { ...looked, held: names }, true) === 'yes' ? 'in-file' : 'no';
};

interface Looked {
  readonly message: SeenMessage;
  readonly texts: readonly ReadText[];
  readonly held?: ReadonlySet<string>;
}

/** `wide`: not under NOT. */
const verdict = (node: QueryNode, looked: Looked, wide: boolean): Verdict => {
  if (!isOperator(node)) return leafVerdict(node, looked, wide);
  const [kind, ...of] = node;
  const inner = of.map((part) => verdict(part, looked, kind === 'not' ? !wide : wide));
  if (kind === 'not') return opposite(inner[0] ?? 'no');
  const decisive = kind === 'and' ? 'no' : 'yes';
  if (inner.includes(decisive)) return decisive;
  return inner.includes('in-file') ? 'in-file' : kind === 'and' ? 'yes' : 'no';
};

const leafVerdict = (leaf: QueryLeaf, { message, texts, held }: Looked, wide: boolean): Verdict => {
  if ('text' in leaf) {
    const asked = wanted(leaf);
    if (asked === undefined) return 'no';
    if (texts.some((text) => occurrences(asked, text).next().done === false)) return 'yes';
    if (!message.unseen) return 'no';
    if (held === undefined) return 'in-file';
    const { slots, exact } = leafTerms(leaf);
    return (exact || wide) && slots.every((slot) => held.has(nameOf(slot))) ? 'yes' : 'no';
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

const nameOf = (slot: readonly string[]): string => JSON.stringify(slot);

const opposite = (of: Verdict): Verdict => (of === 'in-file' ? of : of === 'yes' ? 'no' : 'yes');
