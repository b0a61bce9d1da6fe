import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMarkup } from './read-markup.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

/** What a reader tells of markup that comes in pieces of these lengths, its text put together. */
function told(language: 'html' | 'xml', markup: string, lengths: readonly number[]): string[] {
  const events: string[] = [];
  let text = '';
  const event = (name: string) => {
    if (text !== '') events.push(`text ${text}`);
    text = '';
    events.push(name);
  };
  const reader = readMarkup(language, {
    open: (name) => event(`open ${name}`),
    close: (name) => event(`close ${name}`),
    attribute: (name, value) => event(`${name}=${value}`),
    text: (piece) => {
      text += piece;
    },
  });
  let at = 0;
  for (const length of lengths) {
    reader.write(markup.slice(at, at + length));
    at += length;
  }
  reader.write(markup.slice(at));
  reader.end();
  event('end');
  return events;
}

const markup = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<p>',
        '</p>',
        '<br/>',
        '<a href="x&amp;y" b>',
        '<!-- c -->',
        '<script>',
        '</script>',
        '&lt;',
        '<',
      ),
      fc.constantFrom('&eacute;', '&#x4f1a;', '<![CDATA[x]]>', '<?pi?>', '<!doctype html>', '"', "'", '='),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

describe('markup', () => {
  it('is told as tags, attributes and text', () => {
    expect(told('html', '<P Class="a&amp;b">x &lt; y<br></P><!-- no -->', [])).toEqual([
      'open p',
      'class=a&b',
      'text x < y',
      'open br',
      'close p',
      'end',
    ]);
    expect(told('xml', '<t:P n="é"/><b><![CDATA[<c>]]></b>', [])).toEqual([
      'open t:P',
      'n=é',
      'close t:P',
      'open b',
      'text <c>',
      'close b',
      'end',
    ]);
  });

  it('is the same in whatever pieces it comes', () => {
    // Of a name longer than two pieces less is told, so here no piece is shorter than a name.
    fc.assert(
      fc.property(
        fc.constantFrom('html' as const, 'xml' as const),
        markup,
        fc.array(fc.integer({ min: 40, max: 80 }), { maxLength: 6 }),
        (language, content, lengths) => {
          expect(told(language, content, lengths)).toEqual(told(language, content, []));
        },
      ),
      { numRuns },
    );
  });
});
