import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { checkWith, type EcPublicJwk, ecPublicJwk, type MachineId, readJson } from '@cloister/wire';
import { administering, idOf } from '../administering.ts';
import type { Command, CommandContext } from '../command.ts';
import { Failure, usageFailure } from '../failure.ts';
import { print } from '../print.ts';
import { purposeOf } from './functions.ts';

const example = 'cloister machine add transcoding ./public-key.json';

/** Registers a machine account by its public key; prints its id. */
export const machineAdd: Command = async (context) => {
  const [wanted, file] = context.words;
  const purpose = purposeOf(wanted, example);
  if (file === undefined) throw usageFailure('by which public key?', example);
  const publicKey = await readPublicKey(context, file);
  return administering(context, async (administration) => {
    const id = await administration.addMachine(purpose, publicKey);
    print(context, { id, purpose }, [id]);
    return undefined;
  });
};

/** Ends a machine account for good. */
export const machineRemove: Command = async (context) => {
  const id = idOf<MachineId>('machine', context.words[0], 'cloister machine remove <id>; cloister function list tells');
  return administering(context, async (administration) => {
    await administration.removeMachine(id);
    print(context, { id, removed: true }, []);
    return undefined;
  });
};

/** A public P-256 JWK in a file. What is private never leaves this machine. */
const readPublicKey = async ({ io }: CommandContext, file: string): Promise<EcPublicJwk> => {
  const path = resolve(io.folder, file);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Failure('client/not-found', `cannot read ${path}`, { cause });
  });
  const value = parsed(path, () => readJson(text, 4096));
  if (typeof value === 'object' && value !== null && 'd' in value) {
    throw new Failure('client/invalid-request', `${path} holds a private key`, {
      hint: 'give the file with the public half: the members kty, crv, x and y',
    });
  }
  return parsed(path, () => checkWith(ecPublicJwk, value));
};

const parsed = <T>(path: string, parse: () => T): T => {
  try {
    return parse();
  } catch (cause) {
    throw new Failure('client/invalid-request', `${path} is no public P-256 key`, {
      hint: 'a JWK: {"kty":"EC","crv":"P-256","x":"…","y":"…"}',
      cause,
    });
  }
};
