import type { CloisterError } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import { bitsOf, children, expectTrue, integerOf, oidOf, readDer, TAG, unsignedOf } from './der.ts';
import { readTime } from './time.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const read = (hex: string) => readDer(bytes(hex));
const refused = expect.objectContaining({ code: 'certs/unreadable' }) as CloisterError;

describe('strict DER (X.690)', () => {
  it.each([
    ['nothing', ''],
    ['a tag alone', '30'],
    ['a length that ends early', '3082'],
    ['a value that ends early', '040201'],
    ['something after the value', '0401ff00'],
    ['a tag of several octets', '1f0100'],
    ['an indefinite length (§10.1)', '30800000'],
    ['a short length in the long form (§10.1)', '048101ff'],
    ['a length with a leading zero', '04820001ff'],
    ['a length of four octets', '048400000001ff'],
  ])('refuses %s', (_, hex) => {
    expect(() => read(hex)).toThrow(refused);
  });

  it.each([
    ['an INTEGER without octets', () => integerOf(read('0200'))],
    ['an INTEGER padded with zeros (§8.3.2)', () => integerOf(read('02020001'))],
    ['an INTEGER padded with ones (§8.3.2)', () => integerOf(read('0202ff80'))],
    ['a negative INTEGER where none may be', () => unsignedOf(read('0201ff'))],
    ['an OBJECT IDENTIFIER without octets', () => oidOf(read('0600'))],
    ['an OBJECT IDENTIFIER that ends early', () => oidOf(read('06022a86'))],
    ['an OBJECT IDENTIFIER padded (§8.19.2)', () => oidOf(read('06032a8001'))],
    ['FALSE where it is the default (§11.5)', () => expectTrue(read('010100'))],
    ['TRUE as anything but ones (§11.1)', () => expectTrue(read('010101'))],
    ['a BIT STRING without octets', () => bitsOf(read('0300'))],
    ['a BIT STRING with bits left over', () => bitsOf(read('03020780'))],
    ['another tag', () => children(read('3100'), TAG.sequence)],
    ['a child that ends early', () => children(read('30030402ff'))],
  ])('refuses %s', (_, work) => {
    expect(work).toThrow(refused);
  });

  it('reads what is as it should be', () => {
    expect(children(read('30060201050101ff')).map(({ tag }) => tag)).toEqual([TAG.integer, TAG.boolean]);
    expect([...unsignedOf(read('02020080'))]).toEqual([0x80]);
    expect([...unsignedOf(read('020100'))]).toEqual([0]);
    expect([...integerOf(read('0202ff7f'))]).toEqual([0xff, 0x7f]);
    expect(oidOf(read('06032a8648'))).toBe('2a8648');
    expect(readDer(bytes(`0481 80${'00'.repeat(128)}`.replace(' ', ''))).content).toHaveLength(128);
  });
});

describe('times (RFC 5280 §4.1.2.5)', () => {
  const time = (tag: number, text: string) => {
    const content = Uint8Array.from(Buffer.from(text));
    return readTime({ tag, content, whole: content });
  };

  it('counts years of two digits from 1950 to 2049', () => {
    expect(time(TAG.utcTime, '500101000000Z')).toBe(Date.parse('1950-01-01T00:00:00Z'));
    expect(time(TAG.utcTime, '491231235959Z')).toBe(Date.parse('2049-12-31T23:59:59Z'));
    expect(time(TAG.generalizedTime, '20500101000000Z')).toBe(Date.parse('2050-01-01T00:00:00Z'));
    expect(time(TAG.generalizedTime, '99991231235959Z')).toBe(Date.parse('9999-12-31T23:59:59Z'));
    expect(time(TAG.utcTime, '240229000000Z')).toBe(Date.parse('2024-02-29T00:00:00Z'));
  });

  it.each([
    [TAG.generalizedTime, '20491231235959Z'],
    [TAG.generalizedTime, '490101000000Z'],
    [TAG.utcTime, '20500101000000Z'],
    [TAG.utcTime, '2401010000Z'],
    [TAG.utcTime, '240101000000'],
    [TAG.utcTime, '240101000000+0000'],
    [TAG.generalizedTime, '20600101000000.0Z'],
    [TAG.utcTime, '230229000000Z'],
    [TAG.utcTime, '240101240000Z'],
    [TAG.utcTime, '240101000060Z'],
    [TAG.octetString, '240101000000Z'],
    [TAG.utcTime, ''],
  ])('refuses tag %i with %s', (tag, text) => {
    expect(() => time(tag, text)).toThrow(refused);
  });
});
