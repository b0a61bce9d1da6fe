import { readFile } from 'node:fs/promises';

/** A document as LibreOffice wrote it with a password: a Word document, a sheet, a sheet under the password that everybody knows. */
export const lockedFile = (name: 'locked.doc' | 'locked.xls' | 'default-password.xls'): Promise<Buffer> =>
  readFile(new URL(`./locked/${name}`, import.meta.url));
