import { CloisterError } from '@cloister/wire';
import { type Keystore, uploadedLabel } from '../keystore/keystore.ts';
import type { HsmKeyDescription } from '../protocol/answers.ts';
import { kekAad } from '../protocol/kek-place.ts';
import { isAmazons, type KeyName, type MainKey } from '../protocol/main-key.ts';
import type { HsmRequest } from '../protocol/requests.ts';
import { amazonOf, type Keys } from './keys.ts';
import { rewrap } from './rewrap.ts';

type Result = Record<string, unknown>;

/**
 * One request; the result is the answer's `result`. Throws `hsm/…` errors only. Plaintexts are zeroed here. `now` is
 * milliseconds on a clock that only goes forward.
 */
export const perform = async (keys: Keys, request: HsmRequest, now: () => number): Promise<Result> => {
  const { keystore } = keys;
  switch (request.op) {
    case 'ensureKey':
      return keystore.ensureKey(request.organisationId, request.purpose, request.label);
    case 'publicKey':
      return { publicKey: await keystore.publicKey(request.organisationId) };
    case 'importKey':
      return keystore.importKey(nameOf(request), bytes(request.wrapped));
    case 'check':
      return { check: text(await keystore.check(request.key)) };
    case 'wrap':
      return wrap(keys, request);
    case 'unwrap':
      return unwrap(keys, request);
    case 'rewrap':
      return rewrapped(keys, request, now);
    case 'describe':
      return describe(keystore, request.key);
    case 'probe':
      await amazonOf(keys).probe(request.key, { light: request.light ?? false });
      return {};
    case 'diagnose':
      return amazonOf(keys).diagnose(request.key);
    case 'principal':
      return { arn: keys.amazon?.principal(request.organisationId) ?? null };
    case 'destroy':
      await destroy(keystore, request.key);
      return {};
  }
};

type Of<Op> = Extract<HsmRequest, { op: Op }>;

const wrap = async (keys: Keys, { key, place, plaintext: given }: Of<'wrap'>): Promise<Result> => {
  const plaintext = bytes(given);
  try {
    const wrapped = isAmazons(key)
      ? await amazonOf(keys).wrap(key, place, plaintext)
      : await keys.keystore.wrap(key, plaintext, kekAad(key.keyId, place));
    return { wrapped: text(wrapped) };
  } finally {
    plaintext.fill(0);
  }
};

const unwrap = async (keys: Keys, { key, place, wrapped: given }: Of<'unwrap'>): Promise<Result> => {
  const wrapped = bytes(given);
  const plaintext = isAmazons(key)
    ? await amazonOf(keys).unwrap(key, place, wrapped)
    : await keys.keystore.unwrap(key, wrapped, kekAad(key.keyId, place));
  try {
    if (plaintext.length !== 32) throw new CloisterError('hsm/unwrap-failed');
    return { plaintext: text(plaintext) };
  } finally {
    plaintext.fill(0);
  }
};

const rewrapped = async (keys: Keys, { from, to, keks }: Of<'rewrap'>, now: () => number): Promise<Result> => {
  const stored = keks.map(({ place, wrapped, commitment }) => ({
    place,
    wrapped: bytes(wrapped),
    commitment: bytes(commitment),
  }));
  const moved = await rewrap(keys, { from, to, keks: stored }, now);
  return {
    keks: moved.map((kek) =>
      kek === null
        ? { refused: 'hsm/unwrap-failed' }
        : { wrapped: text(kek.wrapped), commitment: text(kek.commitment) },
    ),
  };
};

const describe = async (keystore: Keystore, key: MainKey): Promise<HsmKeyDescription> => {
  const { organisationId } = key;
  if (isAmazons(key)) return { keystore: 'aws-kms', organisationId, protection: 'aws-kms' };
  const { kind, protection, module } = keystore;
  const description = await keystore.describe(key);
  return { keystore: kind, protection, organisationId, ...description, ...(module === undefined ? {} : { module }) };
};

/** Not the realm's default main key, whoever asks: it is nobody's to bring back, and everything of the realm hangs on it. */
const destroy = async (keystore: Keystore, key: KeyName): Promise<void> => {
  const { purpose, label } = await keystore.describe(key);
  if (purpose === 'main' && label !== uploadedLabel(key.keyId)) throw new CloisterError('hsm/invalid-request');
  await keystore.destroy(key);
};

const nameOf = ({ keyId, organisationId }: Of<'importKey'>) => ({ keyId, organisationId });
const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64');
const text = (buffer: Buffer): string => buffer.toString('base64');
