import fc from 'fast-check';
import { expect, it } from 'vitest';
import { failedPage } from './failed-page.ts';
import { html } from './html.ts';
import { catalogues, chooseLocale, waitText } from './locale.ts';
import { style } from './style.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

it('escapes every value in text and in attributes', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { text: markup } = html`<p title="${text}">${text}</p>`;
      const inner = markup.slice('<p title="'.length, -'</p>'.length);
      expect(inner.replace('">', '')).not.toMatch(/[<>"'`]/);
    }),
    { numRuns },
  );
  expect(html`<b>${html`<i>${'<&'}</i>`}${undefined}${[html`1`, html`2`]}</b>`.text).toBe('<b><i>&#60;&#38;</i>12</b>');
});

it.each([
  [undefined, undefined, 'ja', 'ja'],
  [undefined, undefined, 'fr, ja;q=0.3, en;q=0.8', 'en'],
  [undefined, undefined, 'en;q=0, ja;q=0.1', 'ja'],
  [undefined, undefined, 'JA-JP', 'ja'],
  [undefined, undefined, undefined, 'en'],
  [undefined, 'fr ja', 'en', 'ja'],
  ['en', 'ja', 'ja', 'en'],
  ['xx', undefined, 'ja', 'ja'],
  ['constructor', undefined, '__proto__', 'en'],
] as const)('chooses between %s, %s and %s: %s', (chosen, asked, header, locale) => {
  expect(chooseLocale(chosen, asked, header)).toBe(locale);
});

it('chooses a language for any header', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (header) => {
      expect(Object.keys(catalogues)).toContain(chooseLocale(undefined, undefined, header));
    }),
    { numRuns },
  );
});

it('has every sentence in every language, and no two languages share one', () => {
  const sentences = (value: unknown): string[] =>
    typeof value === 'string'
      ? [value]
      : typeof value === 'function'
        ? [value('ONE', 'TWO')]
        : Object.values(value as object).flatMap(sentences);
  const { product: _, ...english } = catalogues.en;
  const { product: __, ...japanese } = catalogues.ja;
  const [en, ja] = [sentences(english), sentences(japanese)];
  expect(ja).toHaveLength(en.length);
  expect(en.filter((sentence) => ja.includes(sentence))).toEqual([]);
  expect([...en, ...ja].every((sentence) => sentence.trim() !== '')).toBe(true);
});

it('says waits in words', () => {
  expect(waitText('en', 1)).toBe('1 second');
  expect(waitText('en', 64)).toBe('64 seconds');
  expect(waitText('en', 512)).toBe('9 minutes');
  expect(waitText('ja', 120)).toMatch(/^2\s?分$/);
});

it("shows an error's word, never what was sent", () => {
  expect(failedPage('en', 'invalid_request')).toContain('invalid_request');
  expect(failedPage('en', '<b>x')).not.toContain('<b>x');
});

it('reads well in light and dark: every pair of colours has a contrast of 4.5 or more (WCAG 2.2, 1.4.3)', () => {
  const pairs: [string, string][] = [
    ['ink', 'card'],
    ['quiet', 'card'],
    ['quiet', 'ground'],
    ['accent', 'ground'],
    ['accent', 'card'],
    ['on-accent', 'accent'],
    ['on-accent', 'accent-hover'],
    ['fault', 'fault-ground'],
  ];
  for (const mode of [1, 2]) {
    const colour = (name: string) =>
      new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(style)?.[mode] ?? '';
    for (const [ink, ground] of pairs) expect(contrast(colour(ink), colour(ground))).toBeGreaterThanOrEqual(4.5);
    // A field's border is what shows the field (1.4.11).
    expect(contrast(colour('line'), colour('card'))).toBeGreaterThanOrEqual(3);
  }
});

const contrast = (one: string, two: string): number => {
  const [dark = 0, light = 0] = [luminance(one), luminance(two)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

const luminance = (colour: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
