import { CloisterError } from '@cloister/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkTlsCertificate, describeCertificate, rootsFromPem } from '../index.ts';
import { signedPartOf, writeCertificate } from '../testing/certificate-draft.ts';
import { type Bytes, sequence, tlv } from '../testing/der-writer.ts';
import { HOST, NOW, sceneOf } from '../testing/scene.ts';

const RUNS = Number(process.env.CLOISTER_RUNS ?? 100);
const { leaf, root } = sceneOf({ rootKey: 'P-256', leafKey: 'P-256', hash: 'sha256', purpose: 'server' });
const certificate = writeCertificate(leaf);
const roots = [writeCertificate(root)];

/** `accepted`, or the code of the refusal; anything else is thrown. */
const verdict = (bytes: Uint8Array, trusted: readonly Uint8Array[] = roots): Promise<string> =>
  typed(
    checkTlsCertificate({ certificate: bytes, names: [HOST], purpose: 'server', roots: trusted, now: NOW * 1000 }).then(
      () => 'accepted',
    ),
  );
const typed = (work: Promise<string>): Promise<string> =>
  work.catch((error) => {
    if (error instanceof CloisterError && error.code.startsWith('certs/')) return error.code;
    throw error;
  });

/** Values within values, as a decoder likes to meet them, and as it does not. */
const nested: fc.Arbitrary<Bytes> = fc.letrec<{ value: Bytes }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    fc.uint8Array({ maxLength: 8 }).map((bytes) => Uint8Array.from(bytes)),
    fc
      .tuple(fc.constantFrom(1, 2, 3, 4, 5, 6, 0x13, 0x17), fc.uint8Array({ maxLength: 8 }))
      .map(([tag, bytes]) => tlv(tag, bytes)),
    fc
      .tuple(fc.constantFrom(0x30, 0x31, 0xa0, 0xa3), fc.array(tie('value'), { maxLength: 8 }))
      .map(([tag, values]) => tlv(tag, ...values)),
  ),
})).value;

describe('reading a certificate', () => {
  it('answers any bytes with a typed error, and never accepts them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 400 }), nested), async (bytes) => {
        expect(await verdict(bytes)).toMatch(/^certs\//);
        expect(await verdict(certificate, [bytes])).toBe('certs/untrusted');
        expect(await typed(describeCertificate(bytes).then(() => 'described'))).toMatch(/^certs\//);
      }),
      { numRuns: 5 * RUNS },
    );
  });

  it('answers any values in the places of a certificate with a typed error, and never accepts them', async () => {
    const places = fc.array(nested, { minLength: 6, maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(places, nested, async (values, algorithm) => {
        const parts = [leaf.version, ...values, tlv(0xa3, sequence(...leaf.extensions.map(() => sequence())))];
        expect(await verdict(sequence(sequence(...parts), algorithm, tlv(3, Uint8Array.of(0))))).toBe(
          'certs/unreadable',
        );
      }),
      { numRuns: 5 * RUNS },
    );
  });

  it('accepts the certificate itself and nothing that is like it but for a byte, a bit, an end or a part', async () => {
    expect(await verdict(certificate)).toBe('accepted');
    const change = fc.record({
      at: fc.nat(certificate.length - 1),
      remove: fc.nat(4),
      insert: fc.uint8Array({ maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, remove, insert }) => {
        const changed = Buffer.concat([certificate.subarray(0, at), insert, certificate.subarray(at + remove)]);
        if (changed.equals(certificate)) return;
        expect(await verdict(changed)).toMatch(/^certs\//);
        expect(await verdict(changed.subarray(0, at))).toBe('certs/unreadable');
      }),
      { numRuns: 5 * RUNS },
    );
  });

  it('accepts no signature but one over exactly the signed part', async () => {
    const other = writeCertificate(leaf, sequence(signedPartOf(leaf)));
    expect(await verdict(other)).toBe('certs/unreadable');
    const resigned = writeCertificate(leaf);
    expect(await verdict(resigned)).toBe('accepted');
    expect(Buffer.from(resigned).equals(certificate)).toBe(false);
  });

  it('reads no certificate of more than 16 KiB', async () => {
    const large = sequence(new Uint8Array(16 * 1024));
    await expect(describeCertificate(large)).rejects.toMatchObject({ detail: 'a certificate is too large' });
  });
});

describe('reading PEM', () => {
  it('finds every certificate among other text, and refuses a block that is not base64', () => {
    const block = `-----BEGIN CERTIFICATE-----\n${Buffer.from(certificate).toString('base64')}\n-----END CERTIFICATE-----\n`;
    expect(rootsFromPem(`a root\n${block}\r\nanother\n${block}`)).toEqual([certificate, certificate]);
    expect(rootsFromPem('no root')).toEqual([]);
    expect(() => rootsFromPem(block.replace('\nMI', '\nM='))).toThrow(
      expect.objectContaining({ code: 'certs/unreadable' }),
    );
  });
});
