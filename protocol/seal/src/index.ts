/**
 * Seals and opens content, files and KMS messages with JOSE, on node:crypto or WebCrypto.
 * It never learns whose content it is: it does no I/O, keeps no key and logs nothing.
 * @see ../../../docs/wires.md §8, the published formats in kms.md §1.2 and §2
 */
export { agreeKey } from './agreement.ts';
export { openBytes, openText, sealBytes, sealText } from './content.ts';
export { type DirKey, openDir, openDirText, sealDir } from './dir.ts';
export { openFile, sealFile } from './file.ts';
export { type Jwe, type JweAlgorithm, type JweRules, parseJwe } from './jwe.ts';
export {
  checkJws,
  type Jws,
  type JwsRules,
  type JwsSigner,
  parseJws,
  signCompact,
  type VerificationKey,
  verifyCompact,
} from './jws.ts';
export type {
  Awaitable,
  EcPublicJwk,
  EdPublicJwk,
  OaepAlgorithm,
  PrivateJwk,
  PublicJwk,
  RsaPublicJwk,
  SignatureAlgorithm,
} from './primitives/primitives.ts';
export { PrivateKey } from './private-key.ts';
export { importPublicKey, publicPart } from './public-key.ts';
export { type OaepRecipient, openRsaOaep, sealRsaOaep } from './rsa-oaep.ts';
export { openScr, type Scr, sealScr } from './scr.ts';
export { newContentKey, SecretKey } from './secret-key.ts';
export { sha256Text, thumbprint } from './thumbprint.ts';
