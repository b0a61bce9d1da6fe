import type { KeyName } from '../../protocol/main-key.ts';
import { keyCheck } from '../key-check.ts';
import { uploadedLabel } from '../keystore.ts';
import type { Importer } from './importer.ts';
import { idOf, textOf } from './key-names.ts';
import type { MainKeys } from './main-keys.ts';
import { isSealedKey } from './sealed-key.ts';
import { mainKeyTemplate } from './templates.ts';
import type { Handle, TokenSession } from './token-session.ts';
import { publicHalfOf } from './upload-key.ts';
import { checkUnder } from './use-key.ts';

export type Upload = {
  readonly name: KeyName;
  readonly wrapped: Buffer;
  /** The organisation's key that it was encrypted to. */
  readonly upload: Handle;
  readonly importer: Importer;
  readonly keys: MainKeys;
  readonly now: () => Date;
};

/**
 * Keeps an uploaded key on the token and returns its check value. Null, and nothing is changed, for a bad upload; a
 * `TokenFault` says the same. The key is looked at as a session's own first: NSS takes a key of 16 bytes too, and puts it in
 * the place of the one that has this id.
 */
export const importUpload = async (session: TokenSession, uploaded: Upload): Promise<Buffer | null> => {
  const { name, wrapped, upload, keys, now } = uploaded;
  if (publicHalfOf(session, upload).asymmetricKeyDetails?.modulusLength !== wrapped.length * 8) return null;
  const check = await bring(session, uploaded, null);
  if (check === null || check.equals(keyCheck(Buffer.alloc(32), name.organisationId))) return null;
  const known = keys.all(session).find(({ keyId }) => keyId === name.keyId);
  if (known !== undefined) {
    // The same upload again has the same answer; an id is never given another material.
    if (known.organisationId !== name.organisationId) return null;
    return check.equals(checkUnder(session, known.handle, name.organisationId)) ? check : null;
  }
  const text = textOf({ purpose: 'main', label: uploadedLabel(name.keyId), createdAt: now().toISOString() });
  const kept = await bring(session, uploaded, { id: idOf(name), text });
  return kept?.equals(check) ? check : null;
};

/**
 * Brings the upload into the token, to stay or for a look, and returns its check value; null when it is not what a main key
 * has to be, and then it is destroyed.
 */
const bring = async (
  session: TokenSession,
  { name, wrapped, upload, importer }: Upload,
  kept: { id: Buffer; text: string } | null,
): Promise<Buffer | null> => {
  const key = await importer.bring(session, upload, wrapped, mainKeyTemplate(session.constants, kept));
  if (key === null) return null;
  let check: Buffer | null = null;
  try {
    if (isSealedKey(session, key)) check = checkUnder(session, key, name.organisationId);
    return check;
  } finally {
    if (kept === null || check === null) session.destroy(key);
  }
};
