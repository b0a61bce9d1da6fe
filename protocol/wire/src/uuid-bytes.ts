import { CloisterError } from './errors/cloister-error.ts';
import { type Id, parseUuid, type Uuid } from './ids.ts';

/** An id in 16 bytes, as binary messages hold it. */
export const uuidBytes = 16;

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The id that starts `at`. @throws CloisterError `wire/invalid-id` */
export const readUuid = <T extends Id = Uuid>(bytes: Uint8Array, at: number): T => {
  let id = '';
  for (let byte = 0; byte < uuidBytes; byte += 1) {
    if (byte === 4 || byte === 6 || byte === 8 || byte === 10) id += '-';
    id += hexOf[bytes[at + byte] ?? 0];
  }
  return parseUuid<T>(id);
};

/** Writes the id `at` its place among bytes that have room for it there. */
export const writeUuid = (bytes: Uint8Array, at: number, id: Id): void => {
  let to = at;
  for (let from = 0; from < id.length; from += 2) {
    if (from === 8 || from === 13 || from === 18 || from === 23) from += 1;
    bytes[to++] = digit(id.charCodeAt(from)) * 16 + digit(id.charCodeAt(from + 1));
  }
};

/** Of a lower-case hexadecimal digit, by its code: ids have no others. */
const digit = (code: number): number => (code < 58 ? code - 48 : code - 87);

/** Many ids in a row, 16 bytes each. */
export const packUuids = (ids: readonly Id[]): Uint8Array => {
  const bytes = new Uint8Array(ids.length * uuidBytes);
  ids.forEach((id, index) => {
    writeUuid(bytes, index * uuidBytes, id);
  });
  return bytes;
};

/** What {@link packUuids} wrote. @throws CloisterError `wire/invalid-message` or `wire/invalid-id` */
export const unpackUuids = <T extends Id = Uuid>(bytes: Uint8Array): readonly T[] => {
  if (bytes.length % uuidBytes !== 0) throw new CloisterError('wire/invalid-message');
  return Array.from({ length: bytes.length / uuidBytes }, (_, index) => readUuid<T>(bytes, index * uuidBytes));
};
