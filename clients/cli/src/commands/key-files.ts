import { resolve } from 'node:path';
import { formatCheck, makeMasterKeyFile, masterKeyCheck } from '@cloister/sdk';
import { actor } from '../actor.ts';
import type { Command } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { keyFilesAt, readKeyFile, writeKeyFiles, writeNew } from '../keys/key-files.ts';
import { managing } from '../keys/managing.ts';
import { print } from '../print.ts';

/** Saves the RSA key that a main key is encrypted to before it is uploaded. */
export const keyPublic: Command = async (context) => {
  const [file] = context.words;
  if (file === undefined) throw usageFailure('into which file?', 'cloister key public cloister-public-key.pem');
  return managing(context, async ({ keys }) => {
    const path = resolve(context.io.folder, file);
    await writeNew(path, `${await keys.publicKey()}\n`);
    print(context, { file: path }, [path]);
    return undefined;
  });
};

/** Makes a random main key and its encrypted upload, as the documents' OpenSSL commands do. */
export const keyMake: Command = async (context) => {
  const [wanted] = context.words;
  if (wanted === undefined) throw usageFailure('where to?', 'cloister key make ./keys');
  return managing(context, async ({ keys, organisationId }) => {
    const files = await keyFilesAt(context, wanted);
    const made = await makeMasterKeyFile(await keys.publicKey());
    try {
      await writeKeyFiles(files, made);
      const check = masterKeyCheck(made.key, organisationId);
      print(context, { ...files, check }, [
        `${files.key}  the key itself: keep it offline, as the only backup there is; without it a removed key cannot be restored`,
        `${files.upload}  encrypted for the key server: cloister key upload ${files.upload}`,
        `check value  ${formatCheck(check)}`,
      ]);
    } finally {
      made.key.fill(0);
    }
    return undefined;
  });
};

/** The check value of a backup, as the Control Hub shows it; computed here, the key goes nowhere. */
export const keyCheck: Command = async (context) => {
  const [file] = context.words;
  if (file === undefined) throw usageFailure('of which file?', 'cloister key check ./main-key.bin');
  const { organisationId } = (await actor(context)).person;
  const key = await readKeyFile(context, file);
  try {
    const check = masterKeyCheck(key, organisationId);
    print(context, { check }, [formatCheck(check)]);
  } finally {
    key.fill(0);
  }
  return undefined;
};
