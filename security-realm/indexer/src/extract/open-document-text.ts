import type { MarkupVisitor } from './read-markup.ts';
import type { TextCollector } from './text-collector.ts';
import { TrackedDeletions } from './tracked-deletions.ts';

/** Elements that hold a paragraph's text. */
const paragraphs = new Set([
  'text:p',
  'text:h',
  'svg:title',
  'svg:desc',
  'presentation:header-decl',
  'presentation:footer-decl',
]);

/** What may stand inside a paragraph and holds others: between them are spaces for the eye. */
const holdsParagraphs = (name: string) =>
  name === 'text:note' || name === 'office:annotation' || /^(?:draw|table):/.test(name);

/** What stands inside paragraphs or beside them and is no text of the document. */
const unread = new Set([
  'dc:creator',
  'dc:date',
  'loext:sender-initials',
  'math',
  'math:math',
  'meta:creator-initials',
  'meta:date-string',
  'office:binary-data',
  'office:event-listeners',
  'table:tracked-changes',
  'text:note-citation',
  'text:ruby-text',
  'text:tracked-changes',
]);

const spaces: ReadonlyMap<string, string> = new Map([
  ['text:s', ' '],
  ['text:tab', '\t'],
  ['text:line-break', '\n'],
]);

const headerOrFooter = /^style:(?:header|footer)(?:-left|-first)?$/;

/** Tables in frames in notes; what is deeper than anybody writes belongs to the paragraph at this depth. */
const DEPTH = 64;

export interface OpenDocumentText {
  readonly collector: TextCollector;
  /** A text's headers and footers are read too; those of sheets and slides hold nothing but their places. */
  readonly kind: 'fodp' | 'fods' | 'fodt';
}

/**
 * The text of an OpenDocument in one XML file: paragraphs, notes, comments, cells, names of sheets, slides with their
 * notes, texts of shapes. A paragraph inside another, as a note's, comes first, so that the outer one is whole.
 * @see OpenDocument 1.3 part 3, 3.1.2 (`office:document`), 5.1 and 6 (paragraphs and what is in them)
 */
export function openDocumentText({ collector, kind }: OpenDocumentText): MarkupVisitor {
  const deletions = new TrackedDeletions();
  const open: string[] = [];
  let deeper = 0;
  let scope = 0;
  let hidden: string | undefined;
  let hiddenDepth = 0;
  let tag = '';
  const isScope = (name: string) => name === 'office:body' || (kind === 'fodt' && headerOrFooter.test(name));
  const isLevel = (name: string) => paragraphs.has(name) || holdsParagraphs(name);
  const add = (text: string) => {
    const last = open.length - 1;
    if (hiddenDepth > 0 || scope === 0 || last < 0 || deletions.inside) return;
    // What cannot be taken any more need not be kept either.
    if (collector.takes(open[last]?.length ?? 0)) open[last] += text;
  };
  return {
    open: (name) => {
      tag = name;
      deletions.element(name);
      if (hiddenDepth === 0 && unread.has(name)) hidden = name;
      if (name === hidden) hiddenDepth++;
      if (isScope(name)) scope++;
      if (!isLevel(name)) add(spaces.get(name) ?? '');
      else if (open.length < DEPTH) open.push('');
      else deeper++;
    },
    attribute: (name, value) => {
      deletions.attribute(tag, name, value);
      if (kind === 'fods' && tag === 'table:table' && name === 'table:name') collector.add(`${value}\n`);
    },
    close: (name) => {
      if (name === hidden && --hiddenDepth === 0) hidden = undefined;
      if (isScope(name)) scope--;
      if (!isLevel(name)) return;
      if (deeper > 0) deeper--;
      else {
        const text = open.pop();
        if (text && paragraphs.has(name)) collector.add(`${text}\n`);
      }
    },
    text: add,
  };
}
