import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse } from './analyse.ts';
import type { DocumentText } from './document.ts';
import { anyMessage, anyText, runs } from './testing/arbitrary.ts';
import { ada } from './testing/samples.ts';

const terms = (text: string, kind: DocumentText['kind'] = 'message') =>
  analyse({ texts: [{ kind, text }], from: ada, has: new Set() }).terms.filter((term) => !/^(from|has):/.test(term));

const many = (count: number) => Array.from({ length: count }, (_, index) => `x${index}`).join(' ');

describe('the terms of a message (R391)', () => {
  it('says from whom it is and what it has', () => {
    const texts = [{ kind: 'message', text: 'see https://example.org' }] as const;
    const { terms: all, capped } = analyse({ texts, from: ada, has: new Set(['file', 'image']) });
    expect(all.slice(0, 4)).toEqual([`from:${ada}`, 'has:file', 'has:image', 'has:link']);
    expect(capped).toEqual([]);
  });

  it('sees no link in the name of a file or inside one', () => {
    for (const kind of ['name', 'file'] as const) {
      const texts = [{ kind, text: 'http://example.org' }];
      expect(analyse({ texts, from: ada, has: new Set() }).terms).not.toContain('has:link');
    }
  });

  it('holds each term once', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const { terms: all } = analyse(message);
        expect(new Set(all).size).toBe(all.length);
        for (const term of all) expect(term).toMatch(/^(?:[wncot]:.+|h:.|from:.+|has:.+|n:)$/su);
      }),
      { numRuns: runs },
    );
  });

  it('is the same for a text however it is composed', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(terms(text.normalize('NFD'))).toEqual(terms(text));
        expect(terms(text.normalize('NFC'))).toEqual(terms(text));
        expect(terms(text.normalize('NFKC'))).toEqual(terms(text));
      }),
      { numRuns: runs * 5 },
    );
  });

  it('does not depend on what was analysed before', () => {
    const before = terms('running houses');
    for (let index = 0; index < 40; index += 1) terms(many(1000).replaceAll('x', `word${index}x`));
    expect(terms('running houses')).toEqual(before);
  });
});

describe('what is capped', () => {
  const capped = (texts: readonly DocumentText[]) => analyse({ texts, from: ada, has: new Set() });

  it('counts 65,536 characters of a text, whatever their size', () => {
    const text = `${'😀'.repeat(65_530)} early`;
    expect(capped([{ kind: 'message', text }])).toMatchObject({ capped: [] });
    expect(terms(text)).toContain('w:early');
    expect(capped([{ kind: 'message', text: `${text} late` }])).toMatchObject({ capped: ['long-text'] });
    expect(terms(`${text} late`)).not.toContain('w:late');
  });

  it('counts a million characters of a file', () => {
    const text = `${' '.repeat(999_995)}early late`;
    expect(terms(text, 'file')).toEqual(
      ['w:early', 'n:ear', 'n:earli'].filter((term) => terms('early').includes(term)),
    );
    expect(capped([{ kind: 'file', text }]).capped).toEqual(['long-text']);
  });

  it('keeps 4,096 terms of a message and its file names together, and 2,000 of each file', () => {
    expect(capped([{ kind: 'message', text: many(4096) }])).toMatchObject({ capped: [] });
    const both = capped([
      { kind: 'message', text: many(4096) },
      { kind: 'name', text: 'x1 another' },
      { kind: 'file', text: many(3000).replaceAll('x', 'y') },
      { kind: 'file', text: many(2000).replaceAll('x', 'z') },
    ]);
    expect(both.capped).toEqual(['many-terms']);
    expect(both.terms).toHaveLength(1 + 4096 + 2000 + 2000);
    expect(both.terms).toContain('w:z1999');
    expect(both.terms).not.toContain('w:another');
    expect(both.terms).not.toContain('w:y2000');
  });

  it('looks at no more of an endless text than counts', () => {
    const seen = capped([{ kind: 'message', text: 'abcdefg '.repeat(1_000_000) }]);
    expect(seen).toEqual({ terms: [`from:${ada}`, 'w:abcdefg'], capped: ['long-text'] });
    // A mark for each character, one endless piece of C and of S: as many terms as may be, and an end.
    for (const bit of [
      'e\u0301\u0323',
      '会議室で',
      'ประชุม',
      '\u0301',
      '\u0301\u0323',
      '\uff9e\u0323\u200d',
      '\ud800',
    ]) {
      const hostile = capped([{ kind: 'file', text: bit.repeat(300_000) }]);
      expect(hostile.terms.length).toBeLessThanOrEqual(2001);
    }
  });
});
