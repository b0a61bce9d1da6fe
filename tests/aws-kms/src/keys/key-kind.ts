import { AwsError } from '../aws-error.ts';
import type { KeyKind } from './kms-key.ts';

const signing = (hash: string) => [`RSASSA_PKCS1_V1_5_${hash}`, `RSASSA_PSS_${hash}`];

/** The kinds of keys this server makes; the first of a spec is its default. */
const kinds: readonly KeyKind[] = [
  { spec: 'SYMMETRIC_DEFAULT', usage: 'ENCRYPT_DECRYPT', algorithms: ['SYMMETRIC_DEFAULT'] },
  { spec: 'RSA_2048', usage: 'ENCRYPT_DECRYPT', algorithms: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] },
  { spec: 'RSA_2048', usage: 'SIGN_VERIFY', algorithms: ['SHA_256', 'SHA_384', 'SHA_512'].flatMap(signing) },
  { spec: 'ECC_NIST_P256', usage: 'SIGN_VERIFY', algorithms: ['ECDSA_SHA_256'] },
  { spec: 'HMAC_256', usage: 'GENERATE_VERIFY_MAC', algorithms: ['HMAC_SHA_256'] },
];

/** KeyUsage may be left out for symmetric encryption keys only. */
export function keyKind(spec: string, usage: string | undefined): KeyKind {
  const kind = kinds.find((each) => each.spec === spec && each.usage === (usage ?? 'ENCRYPT_DECRYPT'));
  if (kind === undefined || (usage === undefined && spec !== 'SYMMETRIC_DEFAULT'))
    throw new AwsError('ValidationException', 'this server makes no key of that KeySpec and KeyUsage');
  return kind;
}
