import { describe, expect, it } from 'vitest';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import { activityId, jwe, keyUri, other, room } from '../testing/samples.ts';
import { parseWorkPage, parseWorkResult } from './function-work.ts';
import { maxPagesOfFile, maxPagesOfShare } from './transcoded-page.ts';

const page = {
  objectType: 'file',
  mimeType: 'image/png',
  fileSize: 1000,
  url: `http://localhost:8443/files/v1/files/${other}`,
  scr: jwe,
  image: { width: 800, height: 600 },
};
const converted = (pages: readonly object[]) => ({
  objectType: 'file',
  scr: jwe,
  transcodedCollection: { items: [{ objectType: 'transcodedContent', files: { items: pages } }] },
});
const untouched = { objectType: 'file', scr: jwe };
const done = (...items: readonly object[]) => ({
  state: 'done',
  object: { objectType: 'content', files: { items } },
  encryptionKeyUrl: keyUri,
});
const pages = (count: number) => Array.from({ length: count }, () => page);

describe('the result of a piece of work (R340)', () => {
  it('names the pages of each converted file and nothing else of the share', () => {
    const said = done({ ...converted([page]), displayName: jwe, fileSize: 3 }, untouched);
    expect(parseWorkResult(JSON.stringify(said))).toEqual(done(converted([page]), untouched));
  });

  it('may be that nothing can be shown, or a fault with its code', () => {
    expect(parseWorkResult({ state: 'nothing' })).toEqual({ state: 'nothing' });
    const failed = { state: 'failed', code: 'transcoder/timeout' };
    expect(parseWorkResult(failed)).toEqual(failed);
  });

  it('holds as many pages as an entry can', () => {
    expect(() => parseWorkResult(done(converted(pages(maxPagesOfFile))))).not.toThrow();
    const most = Array.from({ length: maxPagesOfShare / maxPagesOfFile }, () => converted(pages(maxPagesOfFile)));
    expect(() => parseWorkResult(done(...most))).not.toThrow();
    expect(codeOf(() => parseWorkResult(done(...most, converted([page]))))).toBe('wire/too-large');
  });

  it.each([
    ['no page', done(untouched)],
    ['no file', done()],
    ['too many pages of a file', done(converted(pages(maxPagesOfFile + 1)))],
    ['too many files', done(...Array.from({ length: 51 }, () => converted([page])))],
    ['a collection without content', done({ ...untouched, transcodedCollection: { items: [] } })],
    ['a page in the clear (R287)', done(converted([{ ...page, scr: 'in the clear' }]))],
    ['a page without a reference', done(converted([{ ...page, scr: '' }]))],
    ['a page that is no image', done(converted([{ ...page, mimeType: 'text/html' }]))],
    ['a page without a size', done(converted([{ ...page, image: { width: 800 } }]))],
    ['a key from nowhere', { ...done(converted([page])), encryptionKeyUrl: 'kms://127.0.0.1/keys/x' }],
    ['a state of its own', { state: 'perhaps' }],
    ['words for a code', { state: 'failed', code: 'Alice’s budget.xlsx does not open' }],
  ])('is refused with %s', (_, input) => {
    expect(codeOf(() => parseWorkResult(input))).toBe('wire/invalid-message');
  });

  it('gives a value or a wire error for any input', () => {
    expectTypedErrors(parseWorkResult, done(converted([page]), untouched));
    expectTypedErrors(parseWorkResult, { state: 'failed', code: 'transcoder/timeout' });
    expectTypedErrors(parseWorkPage, { items: [{ id: other, roomId: room, activityId }] });
  });
});
