import type { RsaOAEP, Template } from 'pkcs11js';
import { OaepDecoder } from './oaep-decoder.ts';
import type { Handle, TokenSession } from './token-session.ts';

/** How an uploaded key comes into the token. */
export interface Importer {
  readonly way: 'unwrap' | 'raw';
  /** A key made of the wrapped bytes by this template, not yet looked at; null or a `TokenFault` for a bad upload. */
  bring(session: TokenSession, upload: Handle, wrapped: Buffer, template: Template): Promise<Handle | null>;
}

/** RSA-OAEP-SHA-256 inside the token: the key is nowhere else. */
export const unwrapImporter: Importer = {
  way: 'unwrap',
  bring: async (session, upload, wrapped, template) => {
    const { constants: p } = session;
    const parameter: RsaOAEP = {
      type: p.CK_PARAMS_RSA_OAEP,
      hashAlg: p.CKM_SHA256,
      mgf: p.CKG_MGF1_SHA256,
      source: CKZ_DATA_SPECIFIED,
    };
    return await session.unwrap({ mechanism: p.CKM_RSA_PKCS_OAEP, parameter }, upload, wrapped, template);
  },
};

/** No label: a source of no bytes. */
const CKZ_DATA_SPECIFIED = 1;

/** For tokens without OAEP-SHA-256: the bare RSA in the token; the key is in this process's memory for a millisecond. */
export const rawImporter = (decoder = new OaepDecoder()): Importer => ({
  way: 'raw',
  bring: async (session, upload, wrapped, template) => {
    const { constants: p } = session;
    const space = Buffer.alloc(wrapped.length);
    const block = Buffer.alloc(wrapped.length);
    let value: Buffer | null = null;
    try {
      const bare = await session.decryptSlowly({ mechanism: p.CKM_RSA_X_509 }, upload, wrapped, space);
      // Some tokens leave the zeros in front away.
      bare.copy(block, block.length - bare.length);
      value = await decoder.decode(block);
      // C_CreateObject takes 16 and 24 bytes too.
      return value?.length === 32 ? session.create([...template, { type: p.CKA_VALUE, value }]) : null;
    } finally {
      space.fill(0);
      block.fill(0);
      value?.fill(0);
    }
  },
});
