import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openDocumentText } from './open-document-text.ts';
import { readMarkup } from './read-markup.ts';
import { TextCollector } from './text-collector.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

const textOf = (xml: string, kind: 'fodp' | 'fods' | 'fodt' = 'fodt', most = 1000): string => {
  const collector = new TextCollector(most);
  const reader = readMarkup('xml', openDocumentText({ collector, kind }));
  reader.write(xml);
  reader.end();
  return collector.finish().text;
};

const body = (content: string) => `<office:document><office:body>${content}</office:body></office:document>`;

describe('OpenDocument in one XML file', () => {
  it('keeps a word whole that a note, a remark or a picture stands in, whatever space is between their tags', () => {
    const note =
      '\n<text:note>\n<text:note-citation>1</text:note-citation>\n<text:note-body>\n<text:p>note</text:p>\n</text:note-body>\n</text:note>';
    const remark = '<office:annotation>\n<dc:creator>Ann</dc:creator>\n<text:p>remark</text:p>\n</office:annotation>';
    const picture =
      '<draw:frame>\n<draw:image>\n<office:binary-data>iVBO</office:binary-data>\n</draw:image>\n<svg:title>a map</svg:title>\n</draw:frame>';
    expect(textOf(body(`<text:p>会${remark}議${picture}室${note.trimStart()}で</text:p>`))).toBe(
      'remark\na map\nnote\n会議室で\n',
    );
  });

  it('reads spaces, tabs and line ends, and entities', () => {
    const line = 'a<text:s text:c="2"/>b<text:tab/>c<text:line-break/>d &amp; &#x4f1a;';
    expect(textOf(body(`<text:h>${line}</text:h>`))).toBe('a b\tc\nd & 会\n');
  });

  it('leaves out what is deleted and only tracked, and joins it to nothing', () => {
    const region = (id: string, change: string) =>
      `<text:changed-region xml:id="${id}" text:id="${id}"><text:${change}><office:change-info/></text:${change}></text:changed-region>`;
    const mark = (which: 'start' | 'end', id: string) => `<text:change-${which} text:change-id="${id}"/>`;
    const changes = `<text:tracked-changes>${region('c1', 'deletion')}${region('c2', 'insertion')}</text:tracked-changes>`;
    const line = `the ${mark('start', 'c1')}old${mark('end', 'c1')}${mark('start', 'c2')}new${mark('end', 'c2')} plan`;
    expect(textOf(body(`${changes}<text:p>${line}</text:p>`))).toBe('the new plan\n');
  });

  it('reads headers and footers of texts, and nothing else that stands outside the body', () => {
    const styles =
      '<office:master-styles><style:header><text:p>head</text:p></style:header><text:p>place</text:p></office:master-styles>';
    const xml = `<office:document><office:meta><dc:title>t</dc:title></office:meta>${styles}<office:body><text:p>body</text:p></office:body></office:document>`;
    expect(textOf(xml)).toBe('head\nbody\n');
    expect(textOf(xml, 'fods')).toBe('body\n');
    expect(textOf(xml, 'fodp')).toBe('body\n');
  });

  it('reads names of sheets, and not those of tables in a text', () => {
    const table = body(
      '<table:table table:name="Q&amp;A"><table:table-cell><text:p>1</text:p></table:table-cell></table:table>',
    );
    expect(textOf(table, 'fods')).toBe('Q&A\n1\n');
    expect(textOf(table)).toBe('1\n');
  });

  it('is not brought down by nesting without end', () => {
    const deep = 300_000;
    expect(textOf(body(`${'<text:p>a'.repeat(deep)}${'</text:p>'.repeat(deep)}<text:p>b</text:p>`))).toHaveLength(1000);
    expect(textOf(body(`${'<draw:g>'.repeat(deep)}${'</draw:g>'.repeat(deep)}<text:p>b</text:p>`))).toBe('b\n');
    expect(textOf(body(`${'</text:p>'.repeat(deep)}<text:p>b</text:p>`))).toBe('b\n');
  });

  it('gives no more than it may of any tags in any order', () => {
    const names = [
      'text:p',
      'text:note',
      'draw:frame',
      'office:body',
      'dc:creator',
      'text:deletion',
      'style:header',
      'x',
    ];
    const tag = fc.constantFrom(...names.flatMap((name) => [`<${name}>`, `</${name}>`, `<${name}/>`]));
    fc.assert(
      fc.property(fc.array(fc.oneof(tag, fc.string({ maxLength: 5 })), { maxLength: 60 }), (parts) => {
        expect(textOf(parts.join(''), 'fodt', 20).length).toBeLessThanOrEqual(20);
      }),
      { numRuns },
    );
  });
});
