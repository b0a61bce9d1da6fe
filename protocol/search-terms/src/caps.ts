import type { DocumentText } from './document.ts';
import { firstCodePoints } from './text/first-code-points.ts';

/** A bound that a message reached (docs/search.md, "What is capped"): what lies beyond it is not found. */
export type Cap = 'long-text' | 'many-terms';

const maxMessageText = 65_536;
const maxFileText = 1_000_000;

/** Terms of the texts of a message itself, and of each file's text. */
export const maxMessageTerms = 4096;
export const maxFileTerms = 2000;

/** What counts of a text. */
export const countedText = ({ kind, text }: DocumentText): string =>
  firstCodePoints(text, kind === 'file' ? maxFileText : maxMessageText);
