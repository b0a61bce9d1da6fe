import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canConvert } from '../testing/can-convert.ts';
import { compoundFile } from '../testing/compound-file.ts';
import { docx } from '../testing/documents.ts';
import { lockedFile } from '../testing/locked-file.ts';
import { flatDocument, officeFile } from '../testing/office-files.ts';
import { saysEncrypted } from './says-encrypted.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

describe('whether an old Office document says that it is encrypted', () => {
  it('does of Word and Excel', async () => {
    for (const name of ['locked.doc', 'locked.xls', 'default-password.xls'] as const) {
      expect(saysEncrypted(await lockedFile(name)), name).toBe(true);
    }
  });

  it('does not of anything else', () => {
    for (const open of [docx(['a']), compoundFile(['WordDocument', 'Workbook', 'Current User']), Buffer.from('text')]) {
      expect(saysEncrypted(open)).toBe(false);
    }
  });

  it.skipIf(!canConvert)('goes by what each format says', async () => {
    const body = { doc: 'text', xls: 'spreadsheet', ppt: 'presentation' } as const;
    const made = async (kind: keyof typeof body) =>
      officeFile(flatDocument(body[kind], ''), `fod${kind === 'doc' ? 't' : kind === 'xls' ? 's' : 'p'}`, kind);
    for (const kind of ['doc', 'xls'] as const) expect(saysEncrypted(await made(kind)), kind).toBe(false);
    const slides = await made('ppt');
    expect(saysEncrypted(slides)).toBe(false);
    // What PowerPoint writes at the same place of one that is encrypted: LibreOffice writes none.
    const token = Buffer.from([0x5f, 0xc0, 0x91, 0xe3]);
    const at = slides.indexOf(token);
    expect([at > 0, slides.indexOf(token, at + 1)]).toEqual([true, -1]);
    slides.writeUInt32LE(0xf3d1c4df, at);
    expect(saysEncrypted(slides)).toBe(true);
  });

  it('answers for any bytes', async () => {
    const samples = await Promise.all([lockedFile('locked.doc'), lockedFile('locked.xls')]);
    const changed = fc
      .tuple(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(8191), fc.nat(255)), { maxLength: 8 }), fc.nat(9216))
      .map(([sample, changes, length]) => {
        const bytes = Buffer.from(sample.subarray(0, length));
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        return bytes;
      });
    fc.assert(
      fc.property(changed, (bytes) => {
        expect([true, false]).toContain(saysEncrypted(bytes));
      }),
      { numRuns },
    );
  });
});
