import { grantCommand, isKeyArn, KeyUnusable } from '@cloister/sdk';
import type { MasterKeyOverview } from '@cloister/wire';
import type { Command, CommandContext } from '../command.ts';
import { isMeant } from '../confirm.ts';
import { Failure, usageFailure } from '../failure.ts';
import { changedKey } from '../keys/changed-key.ts';
import { follow, untilRotated } from '../keys/follow.ts';
import { readUploadFile } from '../keys/key-files.ts';
import { reachText } from '../keys/key-lines.ts';
import { type Managed, managing } from '../keys/managing.ts';
import { shortId } from '../keys/short-id.ts';
import { print } from '../print.ts';

/** Uploads an encrypted main key: pending, or with `--activate` active at once. */
export const keyUpload: Command = async (context) => {
  const [file] = context.words;
  if (file === undefined) throw usageFailure('which file?', 'cloister key upload ./main-key.upload [--activate]');
  return add(context, context.args.activate, await uploadOf(context, file));
};

/** Adds a key at Amazon by its ARN. */
export const keyAddAws: Command = async (context) => {
  const [arn] = context.words;
  if (arn === undefined) {
    throw usageFailure('which key?', 'cloister key add-aws arn:aws:kms:eu-west-1:111122223333:key/…');
  }
  return add(context, context.args.activate, amazonKey(context, arn));
};

/** Puts a new main key in the place of the active one. */
export const keyRotate: Command = async (context) => {
  const [wanted] = context.words;
  if (wanted === undefined) {
    throw usageFailure(
      'to which key?',
      'cloister key rotate ./main-key.upload, or an ARN: a new key that becomes active',
    );
  }
  return add(context, true, wanted.startsWith('arn:') ? amazonKey(context, wanted) : await uploadOf(context, wanted));
};

type Add = (managed: Managed, options: { activate: boolean; version: number }) => Promise<MasterKeyOverview>;

const add = (context: CommandContext, activate: boolean, make: Add): Promise<number | undefined> =>
  managing(context, async (managed) => {
    const { keys, overview: before } = managed;
    if (!isMeant(context, { act: 'add', id: 'new', lines: plan(before, activate) })) return undefined;
    let overview = await make(managed, { activate, version: before.version });
    const made = changedKey(before, overview);
    if (context.args.wait && activate) overview = await follow(context, () => keys.overview(), untilRotated);
    print(context, overview, made === undefined ? [] : [`${shortId(made.uri)}  ${made.state}`]);
    return undefined;
  });

const plan = (overview: MasterKeyOverview, activate: boolean): string[] => {
  if (!activate) return ['a new main key is kept, pending; nothing else changes until it is activated'];
  const { head, reach } = overview;
  return [
    `a new main key becomes active for ${reachText(reach)}`,
    `${head === null ? 'the key of before' : shortId(head)} stays in use until everything is under the new one, which goes on by itself`,
  ];
};

const uploadOf = async (context: CommandContext, file: string): Promise<Add> => {
  const wrapped = await readUploadFile(context, file);
  return ({ keys }, options) => keys.upload(wrapped, options);
};

const amazonKey =
  ({ io }: CommandContext, arn: string): Add =>
  async ({ keys, overview: { principalArn }, organisationId }, options) => {
    if (principalArn !== null) io.err(`principal: ${principalArn}`);
    try {
      return await keys.addAwsKey(arn, options);
    } catch (cause) {
      if (!(cause instanceof KeyUnusable)) throw cause;
      const { missing, reason } = cause;
      const isGrantMissing = principalArn !== null && isKeyArn(arn) && (missing.length > 0 || reason === 'denied');
      const grant = isGrantMissing ? grantCommand({ arn, principalArn, organisationId }).split('\n') : [];
      for (const line of grant) io.err(line);
      const lacks = missing.length === 0 ? '' : `; missing: ${missing.join(', ')}`;
      throw new Failure('kms/key-unusable', `Amazon refuses the key: ${reason ?? 'no reason given'}${lacks}`, {
        hint: isGrantMissing
          ? 'with the grant above it works; Amazon needs up to five minutes to see a new one'
          : 'look at the key at Amazon, and add it again',
        cause,
      });
    }
  };
