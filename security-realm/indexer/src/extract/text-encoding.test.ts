import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textEncoding } from './text-encoding.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

/** A text in an encoding of one or two bytes, by the table that the decoder itself is. */
function encode(text: string, label: string): Buffer {
  const decoder = new TextDecoder(label, { fatal: true });
  const table = new Map<string, number[]>();
  const note = (...bytes: number[]) => {
    try {
      const character = decoder.decode(Uint8Array.from(bytes));
      if ([...character].length === 1 && !table.has(character)) table.set(character, bytes);
    } catch {
      // No character.
    }
  };
  for (let first = 0; first < 256; first++) note(first);
  if (!/^(?:windows|koi8)/.test(label))
    for (let first = 0x81; first < 256; first++) for (let second = 0x40; second < 256; second++) note(first, second);
  return Buffer.from([...text].flatMap((character) => table.get(character) ?? expect.fail(`no ${character}`)));
}

/** As spreadsheets export them: no sentence, no particle. */
const short = [
  ['shift_jis', '会議'],
  ['shift_jis', '氏名,部署,電話\n田中,営業部,03-1234\n鈴木,経理部,03-5678\n'],
  ['shift_jis', 'バックアップ'],
  ['euc-jp', '会議室の予定'],
  ['euc-kr', '회의'],
  ['euc-kr', '이름,부서\n김민수,영업부\n'],
  ['gb18030', '会议记录,数量\n北京,12\n'],
  ['windows-1252', 'café'],
  ['windows-1252', 'Müller, Größe, Straße'],
  ['windows-1252', 'it’s what they don’t say: we’re “here”'],
  ['windows-1252', 'naïve résumé of Zürich'],
] as const;

const texts = {
  shift_jis: '議事録です。来週の会議は東京で行います。よろしくお願いします。',
  'euc-jp': '議事録です。来週の会議は東京で行います。よろしくお願いします。',
  'euc-kr': '회의록입니다. 다음 주 회의는 서울에서 합니다. 감사합니다.',
  gb18030: '会议记录。下周的会议在北京举行。请大家准时参加，谢谢。',
  big5: '會議記錄。下週的會議在台北舉行。請大家準時參加，謝謝。',
  'windows-1252': 'L’été dernier, la réunion a été déplacée à Besançon, où nous étions très nombreux.',
  'windows-1251': 'Протокол собрания. На следующей неделе встреча пройдёт в Москве, приходите.',
  'koi8-r': 'Протокол собрания. На следующей неделе встреча пройдёт в Москве, приходите.',
};

describe('how a text is written', () => {
  it.each(Object.entries(texts))('%s', (label, text) => {
    const bytes = encode(text, label);
    expect(new TextDecoder(textEncoding(bytes)).decode(bytes)).toBe(text);
  });

  it.each(short)('%s, of a few words: %s', (label, text) => {
    const bytes = encode(text, label);
    expect(new TextDecoder(textEncoding(bytes)).decode(bytes)).toBe(text);
  });

  it('UTF-8 first, whatever is declared', () => {
    expect(textEncoding(Buffer.from('été 会議室 회의'), 'windows-1252')).toBe('utf-8');
    expect(textEncoding(Buffer.from('plain'))).toBe('utf-8');
    expect(textEncoding(Buffer.alloc(0))).toBe('utf-8');
  });

  it('by its mark before anything else', () => {
    const marked = (mark: string, text: Buffer) => Buffer.concat([Buffer.from(mark, 'hex'), text]);
    const wide = Buffer.from('会議室 plain', 'utf16le');
    expect(textEncoding(marked('fffe', wide))).toBe('utf-16le');
    expect(textEncoding(marked('feff', Buffer.from(wide).swap16()))).toBe('utf-16be');
    expect(textEncoding(marked('efbbbf', Buffer.from('a\xff', 'latin1')))).toBe('utf-8');
    // UTF-32 begins like UTF-16.
    expect(textEncoding(Buffer.from('fffe0000610000006200', 'hex'))).toBeUndefined();
  });

  it('ISO-2022-JP by its escapes, though all of it is ASCII', () => {
    const bytes = Buffer.from('\x1b$B2q5D<<\x1b(B!', 'latin1');
    expect(textEncoding(bytes)).toBe('iso-2022-jp');
    expect(new TextDecoder('iso-2022-jp').decode(bytes)).toBe('会議室!');
  });

  it('UTF-8 with a few wrong bytes stays UTF-8: they alone are lost', () => {
    const bytes = Buffer.concat([
      Buffer.from('会議室の議事録 '.repeat(20)),
      Buffer.from([0xff]),
      Buffer.from('次の会議'),
    ]);
    expect(textEncoding(bytes)).toBe('utf-8');
  });

  it('by a label that nobody knows: as if none were given', () => {
    expect(textEncoding(Buffer.from('caf\xe9', 'latin1'), 'x-nothing')).toBe(
      textEncoding(Buffer.from('caf\xe9', 'latin1')),
    );
  });

  it('not at all, where there are characters that no text has', () => {
    for (const byte of [0x00, 0x01, 0x08, 0x0e, 0x1a, 0x1f])
      expect(textEncoding(Buffer.concat([Buffer.from('text '), Buffer.from([byte])]))).toBeUndefined();
  });

  it('some way that can be read, or none, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.option(fc.string(), { nil: undefined }), (bytes, declared) => {
        const label = textEncoding(bytes, declared);
        if (label !== undefined) expect(new TextDecoder(label).decode(bytes)).not.toContain('\0');
      }),
      { numRuns },
    );
  });
});
