import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { CloisterError } from '@cloister/wire';

export type Migration = { number: number; name: string; checksum: string; text: string };

const NAME = /^(\d{4})-[a-z0-9-]+\.sql$/;

/** The folder's `.sql` files in order. @throws CloisterError `platform/migration` for a bad name, a gap or a repeated number */
export async function readMigrations(folder: URL): Promise<Migration[]> {
  const base = folder.href.endsWith('/') ? folder : new URL(`${folder.href}/`);
  const names = (await readdir(base)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const number = Number(NAME.exec(name)?.[1]);
      if (number !== index + 1) {
        throw new CloisterError('platform/migration', {
          detail: `${name} must be named ${String(index + 1).padStart(4, '0')}-<words>.sql: numbers are gapless, from 0001`,
        });
      }
      const text = await readFile(new URL(name, base), 'utf8');
      return { number, name, checksum: createHash('sha256').update(text).digest('hex'), text };
    }),
  );
}
