import type { Name } from '../certificate/name.ts';
import { hex } from '../der/der.ts';
import { oidText } from '../der/oid-text.ts';

/** The short names that RFC 4514 §3 gives. */
const SHORT: Readonly<Record<string, string>> = {
  '550403': 'CN',
  '550406': 'C',
  '550407': 'L',
  '550408': 'ST',
  '55040a': 'O',
  '55040b': 'OU',
  '0992268993f22c640119': 'DC',
};

/** A name as RFC 4514 writes it, the last part first. Safe on a terminal: what does not print is in hex. */
export const nameText = ({ attributes }: Name): string =>
  attributes
    .map(({ type, text, der }) =>
      SHORT[type] === undefined || text === null
        ? `${SHORT[type] ?? oidText(type)}=#${hex(der.whole)}`
        : `${SHORT[type]}=${escaped(text)}`,
    )
    .reverse()
    .join(',');

/** RFC 4514 §2.4, and besides every control, format and separator character but the space. */
const escaped = (text: string): string =>
  text
    .replace(/["+,;<>\\]|^[ #]| $/g, '\\$&')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
      Array.from(new TextEncoder().encode(character), (byte) => `\\${hex(Uint8Array.of(byte))}`).join(''),
    );
