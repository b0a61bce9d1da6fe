import { Tokenizer } from 'htmlparser2';

/** Told of a document's tags and text in their order. Names are lower case in HTML; what is in comments is not told. */
export interface MarkupVisitor {
  open(name: string): void;
  close(name: string): void;
  attribute?(name: string, value: string): void;
  text(text: string): void;
}

export interface MarkupReader {
  write(chunk: string): void;
  end(): void;
}

/** Longer values are nothing that anybody looks for. */
const VALUE_CHARACTERS = 4096;

/**
 * Reads markup piece by piece, in time that grows with its length alone: there is no tree and no stack, so nothing is
 * gained by nesting. Names longer than a piece are told cut or empty.
 */
export function readMarkup(language: 'html' | 'xml', visitor: MarkupVisitor): MarkupReader {
  // The tokenizer names places in all that was written. A name may have begun in the piece before.
  let piece = '';
  let window = '';
  let start = 0;
  const slice = (from: number, to: number) => window.slice(Math.max(0, from - start), Math.max(0, to - start));
  const nameOf = (from: number, to: number) => (language === 'html' ? slice(from, to).toLowerCase() : slice(from, to));
  let tag = '';
  let attribute = '';
  let value = '';
  const addToValue = (part: string) => {
    if (value.length < VALUE_CHARACTERS) value += part.slice(0, VALUE_CHARACTERS);
  };
  const tokenizer = new Tokenizer(
    { xmlMode: language === 'xml' },
    {
      onopentagname: (from, to) => {
        tag = nameOf(from, to);
        visitor.open(tag);
      },
      onattribname: (from, to) => {
        attribute = nameOf(from, to);
        value = '';
      },
      onattribdata: (from, to) => addToValue(slice(from, to)),
      onattribentity: (codePoint) => addToValue(String.fromCodePoint(codePoint)),
      onattribend: () => visitor.attribute?.(attribute, value),
      // HTML knows no empty tag: what looks like one is an opening tag.
      onselfclosingtag: () => {
        if (language === 'xml') visitor.close(tag);
      },
      onclosetag: (from, to) => visitor.close(nameOf(from, to)),
      ontext: (from, to) => visitor.text(slice(from, to)),
      ontextentity: (codePoint) => visitor.text(String.fromCodePoint(codePoint)),
      oncdata: (from, to, offset) => {
        if (language === 'xml') visitor.text(slice(from, to - offset));
      },
      oncomment: () => {},
      ondeclaration: () => {},
      onprocessinginstruction: () => {},
      onopentagend: () => {},
      onend: () => {},
    },
  );
  return {
    write: (chunk) => {
      if (chunk === '') return;
      start += window.length - piece.length;
      window = piece + chunk;
      piece = chunk;
      tokenizer.write(chunk);
    },
    end: () => tokenizer.end(),
  };
}
