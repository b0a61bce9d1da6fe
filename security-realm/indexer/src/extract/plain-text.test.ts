import { describe, expect, it } from 'vitest';
import { plainText } from './plain-text.ts';

const MiB = 1024 * 1024;
const characters = 1_000_000;
const read = (bytes: Uint8Array, name = 'file', mimeType?: string) => plainText({ bytes, name, mimeType, characters });
const textOf = async (...input: Parameters<typeof read>) => {
  const found = await read(...input);
  return 'text' in found ? found.text.trim().split(/\s*\n\s*/) : found;
};

describe('web pages', () => {
  it('are read as people see them: no tag, script, style, template or comment', async () => {
    const page = `<!DOCTYPE html><html><head><title>Minutes</title><style>p { color: red }</style></head><body>
<p title="no">half<b>way</b> &amp; caf&eacute;<br>next</p><script>let hidden = "</p>word";</script><!-- comment -->
<template>unused</template><ul><li>one<li>two</ul><SCRIPT SRC=x></SCRIPT>&#26085;本</body></html>`;
    expect(await textOf(Buffer.from(page))).toEqual(['Minutes', 'halfway & café', 'next', 'one', 'two', '日本']);
  });

  it('keep a word together that has its reading beside it', async () => {
    const ruby =
      '<html><p><ruby>会<rp>(</rp><rt>かい</rt><rp>)</rp>議<rt>ぎ</rt></ruby>室</p><ruby>東<rt>とう</ruby>京<p>次';
    expect(await textOf(Buffer.from(ruby))).toEqual(['会議室', '東京', '次']);
  });

  it('are told by their beginning, or by their sender where they have tags; a text with a tag in it is a text', async () => {
    expect(await textOf(Buffer.from('<?xml version="1.0"?>\n<html><p>a</p></html>'))).toEqual(['a']);
    expect(await textOf(Buffer.from('<p>a</p>'), 'a.html')).toEqual(['a']);
    expect(await textOf(Buffer.from('<p>a</p>'), 'a', 'text/html; charset=utf-8')).toEqual(['a']);
    expect(await textOf(Buffer.from('write <p>a</p>'), 'a.md')).toEqual(['write <p>a</p>']);
    expect(await textOf(Buffer.from('1 < 2'), 'a.html')).toEqual(['1 < 2']);
  });

  it('are read in the encoding they declare', async () => {
    const page = (declaration: string) => Buffer.from(`<html><meta ${declaration}><p>\xeb\xe5\xf2\xee</p>`, 'latin1');
    expect(await textOf(page('charset="windows-1251"'))).toEqual(['лето']);
    expect(await textOf(page('http-equiv=Content-Type content="text/html; charset=windows-1251"'))).toEqual(['лето']);
    expect(await textOf(Buffer.from('\xeb\xe5\xf2\xee', 'latin1'), 'a', 'text/plain; charset="windows-1251"')).toEqual([
      'лето',
    ]);
    // Nobody means these, and they fit almost everything.
    expect(await textOf(Buffer.from('caf\xe9', 'latin1'), 'a', 'text/plain; charset=utf-16le')).toEqual(['café']);
  });

  const hostile = {
    nesting: '<div>'.repeat(3_000_000),
    'closing tags of nothing': '</i>'.repeat(3_000_000),
    'a comment without end': `<!--${'x'.repeat(12 * MiB)}`,
    'an attribute without end': `<a href="${'x'.repeat(12 * MiB)}`,
    'a name without end': `<${'x'.repeat(12 * MiB)}`,
    'a script without end': `<script>${'<'.repeat(12 * MiB)}`,
    ampersands: '&'.repeat(12 * MiB),
  };
  it.each(Object.entries(hostile))('of %s end, and others have their turn meanwhile', async (_, markup) => {
    let turns = 0;
    let going = true;
    const turn = () => {
      turns++;
      if (going) setImmediate(turn);
    };
    turn();
    const bytes = Buffer.from(`<html>${markup}`);
    const found = await read(bytes);
    going = false;
    expect('text' in found && found.text.length).toBeLessThanOrEqual(characters);
    // What fills the text ends the reading; all else is read in pieces to its end.
    if ('text' in found && found.complete) expect(turns).toBeGreaterThan(bytes.length / (256 * 1024));
  });
});

describe('long texts', () => {
  it('are read as far as they count', async () => {
    expect(await read(Buffer.alloc(characters, 'a'))).toEqual({ text: 'a'.repeat(characters), complete: true });
    const longer = await read(Buffer.alloc(20 * MiB, '会議室 '));
    expect(longer).toEqual({ text: '会議室 '.repeat(characters / 4), complete: false });
  });

  it('end when their reader is told to stop', async () => {
    const reading = plainText({ bytes: Buffer.alloc(MiB, 'a'), name: 'a', characters, signal: AbortSignal.abort() });
    await expect(reading).rejects.toMatchObject({ code: 'client/cancelled' });
  });
});
