import { describe, expect, it } from 'vitest';
import type { VerificationKey } from './jws.ts';
import type { PrivateJwk } from './primitives/primitives.ts';
import { sealOver, setNames } from './testing/primitive-sets.ts';
import { codeOf, Tally, vectors, type Wycheproof } from './testing/vectors.ts';

type Key = PrivateJwk & { readonly kid?: string; readonly keys?: readonly Key[] };

describe.each(setNames)('JOSE over %s primitives', async (name) => {
  const seal = await sealOver(name);
  const { PrivateKey, SecretKey } = seal;

  /** Opens as the sender's key kind would have it; every refusal is a code. */
  async function openWith(key: Key, jwe: string): Promise<string> {
    if (key.kty === 'RSA') {
      const opened = seal.openRsaOaep(await PrivateKey.fromJwk('rsa', key), jwe);
      return Buffer.from(await opened).toString('hex');
    }
    const secret = SecretKey.fromBytes('oct', new Uint8Array(32));
    return Buffer.from(await seal.openDir(secret, jwe)).toString('hex');
  }

  it('opens the three valid A256GCM cases under RSA-OAEP and refuses the 136 others before decryption (R306)', async () => {
    const tally = new Tally();
    type Case = { jwe: string; pt?: string; enc?: string };
    const file = vectors<Wycheproof<Case, { private: Key }>>('wycheproof/json_web_encryption_test.json');
    for (const { private: key, tests } of file.testGroups) {
      for (const test of tests) {
        const { alg, enc } = headerOf(test.jwe);
        const ours = (alg === 'RSA-OAEP' || alg === 'RSA-OAEP-256') && enc === 'A256GCM';
        if (ours && test.result === 'valid') {
          expect(await openWith(key, test.jwe), `tcId ${test.tcId}`).toBe(test.pt);
          tally.add('opened');
          continue;
        }
        const code = await codeOf(openWith(key, test.jwe));
        expect(code, `tcId ${test.tcId} ${test.comment}`).toMatch(/^seal\/(malformed|unsupported-algorithm)$/);
        tally.add(alg === undefined ? 'refused: no header that says' : `refused: alg ${alg}`);
      }
    }
    expect(tally.counts).toEqual({
      opened: 3,
      'refused: alg A128GCMKW': 2,
      'refused: alg A128KW': 4,
      'refused: alg A192GCMKW': 1,
      'refused: alg A192KW': 1,
      'refused: alg A256GCMKW': 9,
      'refused: alg A256KW': 30,
      'refused: alg ECDH-ES': 7,
      'refused: alg ECDH-ES+A128KW': 25,
      'refused: alg ECDH-ES+A192KW': 2,
      'refused: alg ECDH-ES+A256KW': 7,
      'refused: alg RSA-OAEP': 5,
      'refused: alg RSA-OAEP-256': 6,
      'refused: alg RSA1_5': 30,
      'refused: alg dir': 1,
      'refused: no header that says': 6,
    });
  });

  it('verifies the signatures of the Wycheproof key sets and refuses keys that are weak, limited or odd', async () => {
    const tally = new Tally();
    type Case = { jws: string };
    const file = vectors<Wycheproof<Case, { private: Key; public?: Key }>>('wycheproof/json_web_key_test.json');
    for (const group of file.testGroups) {
      const keys = (group.public ?? group.private).keys ?? [];
      for (const test of group.tests) {
        if (new Set(keys.map(({ kid }) => kid)).size !== keys.length) {
          tally.add('skipped: two keys of one kid cannot be given, keys come by kid');
          continue;
        }
        const byKid = Object.fromEntries(keys.map((key) => [key.kid ?? '', key as unknown as VerificationKey]));
        const code = await codeOf(
          seal.verifyCompact(test.jws, { keys: byKid, algorithms: ['PS256', 'RS256', 'ES256', 'EdDSA'] }),
        );
        const symmetric = String(headerOf(test.jws).alg).startsWith('HS');
        expect(code === 'no error', `tcId ${test.tcId} ${test.comment} ${code}`).toBe(
          test.result === 'valid' && !symmetric,
        );
        tally.add(symmetric ? 'refused: HMAC signatures' : test.result);
      }
    }
    expect(tally.counts).toEqual({
      valid: 1,
      invalid: 10,
      'refused: HMAC signatures': 14,
      'skipped: two keys of one kid cannot be given, keys come by kid': 1,
    });
  });

  it('reads the key of RFC 7520 §3.6', () => {
    const jwk = vectors<{ kty: string; k: string; kid: string }>('rfc7520/3_6.symmetric_key_encryption.json');
    const key = SecretKey.fromJwk(jwk);
    expect(key.revealJwk()).toEqual({ kty: 'oct', k: jwk.k, kid: jwk.kid });
  });

  it('opens RFC 7520 §5.2 and refuses the 128-bit key of §5.6 and the PS384 of §4.2', async () => {
    interface Example {
      input: { plaintext: string; key: Key };
      output: { compact: string };
    }
    const oaep = vectors<Example>('rfc7520/5_2.key_encryption_using_rsa-oaep_with_aes-gcm.json');
    const opened = await openWith(oaep.input.key, oaep.output.compact);
    expect(Buffer.from(opened, 'hex').toString('utf8')).toBe(oaep.input.plaintext);

    const direct = vectors<Example>('rfc7520/5_6.direct_encryption_using_aes-gcm.json');
    expect(await codeOf(openWith(direct.input.key, direct.output.compact))).toBe('seal/unsupported-algorithm');

    const pss = vectors<Example>('rfc7520/4_2.rsa-pss_signature.json');
    const { key } = pss.input;
    const keys = { [key.kid ?? '']: key as unknown as VerificationKey };
    const rules = { keys, algorithms: ['PS256', 'RS256'] as const };
    expect(await codeOf(seal.verifyCompact(pss.output.compact, rules))).toBe('seal/unsupported-algorithm');
  });

  it('signs PS256 with the key of RFC 7520 §4.2 so that both primitive sets verify it (R302)', async () => {
    const { input } = vectors<{ input: { payload: string; key: Key } }>('rfc7520/4_2.rsa-pss_signature.json');
    const jws = await seal.signCompact({ key: await PrivateKey.fromJwk('bilbo', input.key) }, input.payload);
    for (const other of setNames) {
      const verifier = await sealOver(other);
      const rules = { keys: { bilbo: verifier.publicPart(input.key) }, algorithms: ['PS256'] as const };
      const verified = await verifier.verifyCompact(jws, rules);
      expect(new TextDecoder().decode(verified.payload)).toBe(input.payload);
    }
  });
});

/** For choosing the expectation only. */
function headerOf(message: unknown): { alg?: string; enc?: string } {
  try {
    return JSON.parse(Buffer.from(String(message).split('.')[0] ?? '', 'base64url').toString('utf8'));
  } catch {
    return {};
  }
}
