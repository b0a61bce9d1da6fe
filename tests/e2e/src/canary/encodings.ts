/** Every form in which `value` could lie somewhere unnoticed. Forms may repeat; each is at least a few bytes long. */
export const formsOf = (value: string | Buffer): Buffer[] => {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  const texts = typeof value === 'string' ? textForms(value) : [];
  const first = [bytes, ...texts, ...asAscii(bytes), ...texts.flatMap((form) => base64Forms(form))];
  // Once more: a JWS carries base64url of JSON that may itself carry base64url (a key's `k`, a sealed part).
  const second = base64Forms(bytes).flatMap((form) => [...base64Forms(form), utf16(form.toString('latin1'))]);
  const third = utf16(bytes.toString('hex'));
  return [...first, ...second, third];
};

const asAscii = (bytes: Buffer): Buffer[] => {
  const hex = bytes.toString('hex');
  return [...base64Forms(bytes), Buffer.from(hex), Buffer.from(hex.toUpperCase())];
};

const textForms = (text: string): Buffer[] => [
  utf16(text),
  utf16(text).swap16(),
  Buffer.from(JSON.stringify(text).slice(1, -1)),
  ...[percent(text, (pair) => pair), percent(text, (pair) => pair.toLowerCase())].map((form) => Buffer.from(form)),
  ...[escaped(text, (code) => code), escaped(text, (code) => code.toUpperCase())].map((form) => Buffer.from(form)),
];

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

const percent = (text: string, write: (pair: string) => string): string =>
  encodeURIComponent(text).replace(/%[0-9A-F]{2}/g, write);

/** JSON that keeps to ASCII, as some writers do (RFC 8259 §7). */
const escaped = (text: string, write: (code: string) => string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^ -~]/g, (character) => `\\u${write(character.charCodeAt(0).toString(16).padStart(4, '0'))}`);

/** In the middle of a longer base64 text a value looks one of three ways, whatever stands before and after it. */
export const base64Forms = (bytes: Buffer): Buffer[] =>
  [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64url');
    // The characters that also depend on the neighbours are left out.
    const end = (before + bytes.length) % 3 === 0 ? whole.length : whole.length - 1;
    const sure = whole.slice(before === 0 ? 0 : before + 1, end);
    return [Buffer.from(sure), Buffer.from(sure.replaceAll('-', '+').replaceAll('_', '/'))];
  });
