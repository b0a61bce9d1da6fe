import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compoundFile } from '../testing/compound-file.ts';
import { docx, odt } from '../testing/documents.ts';
import { zip } from '../testing/zip.ts';
import { needsPassword } from './needs-password.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

const manifest = (content: string | Uint8Array, stored = false) =>
  zip([
    { name: 'mimetype', content: 'application/vnd.oasis.opendocument.text', stored: true },
    { name: 'content.xml', content: 'sealed' },
    { name: 'META-INF/manifest.xml', content, stored },
  ]);

describe('whether a document needs a password', () => {
  it('does when its package or an entry of it is encrypted', () => {
    const encrypted = '<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry>';
    expect(needsPassword(compoundFile(['EncryptionInfo', 'EncryptedPackage']), 100)).toBe(true);
    expect(needsPassword(manifest(encrypted), 100)).toBe(true);
    expect(needsPassword(manifest(encrypted, true), 100)).toBe(true);
  });

  it('does not otherwise', () => {
    for (const open of [docx(['a']), odt(['a']), compoundFile(['WordDocument']), Buffer.from('text')])
      expect(needsPassword(open, 100)).toBe(false);
    // A manifest that unpacks to more than any has.
    expect(needsPassword(manifest(Buffer.alloc(5 * 1024 * 1024)), 100)).toBe(false);
  });

  it('answers for any bytes', () => {
    const sample = manifest('<manifest:encryption-data/>');
    const changed = fc.array(fc.tuple(fc.nat(sample.length - 1), fc.nat(255)), { maxLength: 8 }).map((changes) => {
      const bytes = Buffer.from(sample);
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
    fc.assert(
      fc.property(changed, (bytes) => {
        expect([true, false]).toContain(needsPassword(bytes, 100));
      }),
      { numRuns },
    );
  });
});
