import { createECDH } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { primitivesOf, setNames } from '../testing/primitive-sets.ts';
import { hex, Tally, toHex, vectors, type Wycheproof } from '../testing/vectors.ts';
import type { EcPublicJwk, PrivateJwk } from './primitives.ts';

describe.each(setNames)('%s primitives against Wycheproof', async (name) => {
  const p = await primitivesOf(name);

  it('opens and seals AES-256-GCM with 96-bit nonces, and refuses other nonces and keys (R289)', async () => {
    interface Case {
      key: string;
      iv: string;
      aad: string;
      msg: string;
      ct: string;
      tag: string;
    }
    const tally = new Tally();
    const { testGroups } =
      vectors<Wycheproof<Case, { ivSize: number; keySize: number }>>('wycheproof/aes_gcm_test.json');
    for (const group of testGroups) {
      for (const test of group.tests) {
        const [key, iv, aad] = [hex(test.key), hex(test.iv), hex(test.aad)];
        const sealed = { ciphertext: hex(test.ct), tag: hex(test.tag) };
        const opened = await p.gcmOpen(key, iv, aad, sealed);
        if (group.keySize !== 256 || group.ivSize !== 96) {
          expect(opened, `tcId ${test.tcId}`).toBeNull();
          tally.add('refused: not a 256-bit key with a 96-bit nonce');
          continue;
        }
        expect(opened === null ? null : toHex(opened), `tcId ${test.tcId}`).toBe(
          test.result === 'valid' ? test.msg : null,
        );
        if (test.result === 'valid') {
          const again = await p.gcmSeal(key, iv, aad, hex(test.msg));
          expect(toHex(again.ciphertext) + toHex(again.tag), `tcId ${test.tcId}`).toBe(test.ct + test.tag);
        }
        tally.add(test.result);
      }
    }
    expect(tally.counts).toEqual({ valid: 39, invalid: 27, 'refused: not a 256-bit key with a 96-bit nonce': 250 });
  });

  it('agrees on P-256 secrets and refuses points off the curve (R300)', async () => {
    const tally = new Tally();
    type Case = { public: string; private: string; shared: string };
    for (const group of vectors<Wycheproof<Case>>('wycheproof/ecdh_secp256r1_test.json').testGroups) {
      for (const test of group.tests) {
        const theirs = jwkOfSpki(test.public);
        if (theirs === null) {
          tally.add('skipped: no JWK can say it (ASN.1 form, other curve, compressed point)');
          continue;
        }
        const mine = await p.importPrivate(ecPrivateJwk(test.private));
        const shared = await attempt(async () => toHex(await p.ecdhP256(mine, await p.importPublic(theirs))));
        expect(shared, `tcId ${test.tcId}`).toBe(test.result === 'valid' ? test.shared : null);
        tally.add(test.result);
      }
    }
    expect(tally.counts).toEqual(ECDH_COUNTS);
  });

  it('derives with HKDF-SHA-256, empty salt included (R306)', async () => {
    const tally = new Tally();
    type Case = { ikm: string; salt: string; info: string; size: number; okm: string };
    for (const group of vectors<Wycheproof<Case>>('wycheproof/hkdf_sha256_test.json').testGroups) {
      for (const test of group.tests) {
        const okm = await attempt(async () =>
          toHex(await p.hkdfSha256(hex(test.ikm), hex(test.salt), hex(test.info), test.size)),
        );
        expect(okm, `tcId ${test.tcId}`).toBe(test.result === 'invalid' ? null : test.okm);
        tally.add(test.result);
      }
    }
    expect(tally.counts).toEqual({ valid: 83, invalid: 3 });
  });

  it('computes HMAC-SHA-256', async () => {
    const tally = new Tally();
    type Case = { key: string; msg: string; tag: string };
    for (const group of vectors<Wycheproof<Case>>('wycheproof/hmac_sha256_test.json').testGroups) {
      for (const test of group.tests) {
        const mac = toHex(await p.hmacSha256(hex(test.key), hex(test.msg))).slice(0, test.tag.length);
        expect(mac === test.tag, `tcId ${test.tcId}`).toBe(test.result === 'valid');
        tally.add(test.result);
      }
    }
    expect(tally.counts).toEqual({ valid: 66, invalid: 108 });
  });

  it('opens RSA-OAEP with SHA-256, and not what was sealed with a label', async () => {
    const tally = new Tally();
    type Case = { msg: string; ct: string; label: string };
    type Group = { privateKeyJwk: PrivateJwk };
    const file = 'wycheproof/rsa_oaep_2048_sha256_mgf1sha256_test.json';
    for (const group of vectors<Wycheproof<Case, Group>>(file).testGroups) {
      const key = await p.importPrivate(group.privateKeyJwk);
      for (const test of group.tests) {
        const opened = await p.oaepOpen('RSA-OAEP-256', key, hex(test.ct));
        const accepted = test.result === 'valid' && test.label === '';
        expect(opened === null ? null : toHex(opened), `tcId ${test.tcId}`).toBe(accepted ? test.msg : null);
        tally.add(test.label === '' ? test.result : 'refused: JOSE has no label');
      }
    }
    expect(tally.counts).toEqual(OAEP_COUNTS);
  });

  it('verifies ES256 signatures of r and s', async () => {
    const tally = new Tally();
    type Case = { msg: string; sig: string };
    type Group = { publicKey: { uncompressed: string } };
    for (const group of vectors<Wycheproof<Case, Group>>('wycheproof/ecdsa_secp256r1_sha256_test.json').testGroups) {
      const key = await p.importPublic(jwkOfPoint(group.publicKey.uncompressed));
      for (const test of group.tests) {
        const signature = p1363(hex(test.sig));
        if (signature === null) {
          expect(test.result, `tcId ${test.tcId}`).toBe('invalid');
          tally.add('skipped: no two 256-bit numbers in plain DER');
          continue;
        }
        expect(await p.verify('ES256', key, hex(test.msg), signature), `tcId ${test.tcId}`).toBe(
          test.result === 'valid',
        );
        tally.add(test.result);
      }
    }
    expect(tally.counts).toEqual(ECDSA_COUNTS);
  });
});

/** The one acceptable case is a point off the curve, which we refuse; the skipped ones no JWK can express. */
const ECDH_COUNTS = {
  valid: 330,
  invalid: 18,
  acceptable: 1,
  'skipped: no JWK can say it (ASN.1 form, other curve, compressed point)': 263,
};
const OAEP_COUNTS = { valid: 10, invalid: 19, 'refused: JOSE has no label': 8 };
const ECDSA_COUNTS = { valid: 174, invalid: 75, 'skipped: no two 256-bit numbers in plain DER': 235 };

async function attempt<T>(run: () => Promise<T>): Promise<T | null> {
  try {
    return await run();
  } catch {
    return null;
  }
}

const SPKI_P256 = '3059301306072a8648ce3d020106082a8648ce3d03010703420004';
const b64 = (text: string): string => Buffer.from(text, 'hex').toString('base64url');

const jwkOfSpki = (spki: string): EcPublicJwk | null =>
  spki.startsWith(SPKI_P256) && spki.length === SPKI_P256.length + 128
    ? jwkOfPoint(`04${spki.slice(SPKI_P256.length)}`)
    : null;

const jwkOfPoint = (point: string): EcPublicJwk => ({
  kty: 'EC',
  crv: 'P-256',
  x: b64(point.slice(2, 66)),
  y: b64(point.slice(66, 130)),
});

function ecPrivateJwk(scalar: string): PrivateJwk {
  const d = scalar.replace(/^00(?=.{64})/, '').padStart(64, '0');
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(Buffer.from(d, 'hex'));
  return { ...jwkOfPoint(ecdh.getPublicKey('hex')), d: b64(d) };
}

/** SEQUENCE { INTEGER r, INTEGER s } in minimal DER, both positive and at most 32 bytes, as JOSE writes them. */
function p1363(der: Uint8Array): Uint8Array | null {
  const length = der[1] ?? 0;
  if (der[0] !== 0x30 || length > 0x7f || der.length !== length + 2) return null;
  const r = integer(der, 2);
  const s = r === null ? null : integer(der, r.end);
  if (r === null || s === null || s.end !== der.length) return null;
  return new Uint8Array([...r.bytes, ...s.bytes]);
}

function integer(der: Uint8Array, at: number): { bytes: Uint8Array; end: number } | null {
  const length = der[at + 1] ?? 0x80;
  const end = at + 2 + length;
  const value = der.subarray(at + 2, end);
  if (der[at] !== 0x02 || length === 0 || length > 33 || end > der.length) return null;
  if ((value[0] ?? 0) >= 0x80 || (value[0] === 0 && length > 1 && (value[1] ?? 0) < 0x80)) return null;
  const digits = value[0] === 0 ? value.subarray(1) : value;
  if (digits.length > 32) return null;
  const bytes = new Uint8Array(32);
  bytes.set(digits, 32 - digits.length);
  return { bytes, end };
}
