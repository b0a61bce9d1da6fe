import { analyse, type SearchDocument } from '@cloister/search-terms';
import type { UserId } from '@cloister/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Analyser } from './analyser.ts';

const from = '8a3f4c1e-9d52-4a77-b0b1-0f6f3f6f1a11' as UserId;
const fileOf = (text: string): SearchDocument => ({
  texts: [{ kind: 'file', text }],
  from,
  has: new Set(['document']),
});
/** Each character of it becomes eighteen when it is folded. */
const long = fileOf('ﷺ'.repeat(50_000));

let analyser: Analyser;
beforeEach(() => {
  analyser = new Analyser();
});
afterEach(() => analyser.close());

describe('an analyser', () => {
  it('lets others have their turn while it reads a long text, and finds the same', async () => {
    const turns: string[] = [];
    setImmediate(() => turns.push('another’s'));
    const found = await analyser.analyse(long).finally(() => turns.push('the long one’s'));
    expect(turns).toEqual(['another’s', 'the long one’s']);
    expect(found).toEqual(analyse(long));
  });

  it('reads a short text at once, whatever long ones are at work', async () => {
    const turns: string[] = [];
    const working = analyser.analyse(long).finally(() => turns.push('long'));
    await analyser.analyse(fileOf('short')).finally(() => turns.push('short'));
    await working;
    expect(turns).toEqual(['short', 'long']);
  });

  it('keeps apart what was asked together', async () => {
    const documents = Array.from({ length: 4 }, (_, n) => fileOf(`word${n} `.repeat(10_000)));
    expect(await Promise.all(documents.map((one) => analyser.analyse(one)))).toEqual(documents.map(analyse));
  });

  it('goes on after a document that breaks the analysis, and after it was closed', async () => {
    const broken = { ...long, has: 7 as unknown as SearchDocument['has'] };
    await expect(analyser.analyse(broken)).rejects.toThrow(TypeError);
    expect(await analyser.analyse(long)).toEqual(analyse(long));
    const asked = analyser.analyse(long);
    await new Promise(setImmediate);
    const refused = expect(asked).rejects.toMatchObject({ code: 'platform/internal' });
    await analyser.close();
    await refused;
    expect(await analyser.analyse(long)).toEqual(analyse(long));
  });
});
