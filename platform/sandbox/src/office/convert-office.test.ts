import { describe, expect, it } from 'vitest';
import { defaultSandboxLimits as limits } from '../limits.ts';
import { readAll } from '../run/read-all.ts';
import { runSandboxed } from '../run/run-sandboxed.ts';
import { canConvert } from '../testing/can-convert.ts';
import { docx, odt, openDocument } from '../testing/documents.ts';
import { linkedImage, macroDocument, macrosAllowed } from '../testing/hostile-documents.ts';
import { connectionsDuring } from '../testing/listener.ts';
import { zip } from '../testing/zip.ts';
import { convertOffice } from './convert-office.ts';
import { profile } from './profile.ts';

/** A document's content as LibreOffice saw it. */
const seen = async (document: Uint8Array, kind: 'docx' | 'odt', wallMs = limits.wallMs): Promise<string> => {
  const options = { document, kind, format: 'fodt', limits: { ...limits, wallMs } } as const;
  const xml = (await convertOffice(options, (output) => readAll(output, 16 * 1024 * 1024))).toString();
  return xml.slice(xml.indexOf('<office:body>'));
};

describe.skipIf(!canConvert)('LibreOffice in the sandbox', () => {
  it('gives what is in a document, in its own letters', async () => {
    expect(await seen(docx(['議事録 二〇二六年', '회의록']), 'docx')).toMatch(/議事録 二〇二六年[\s\S]*회의록/);
  });

  it('runs no macro, where the same document opened with macros allowed runs it', async () => {
    const open =
      '"$0" --headless --norestore -env:UserInstallation=file:///work/profile /work/document.odt >/dev/null; cat /work/ran';
    const opened = await runSandboxed(
      {
        command: ['/usr/bin/sh', '-c', open, '/usr/bin/soffice'],
        files: new Map([
          ['/work/document.odt', macroDocument('text', true)],
          ['/work/profile/user/registrymodifications.xcu', Buffer.from(macrosAllowed)],
        ]),
        limits,
      },
      (output) => readAll(output, 1000),
    );
    expect(opened.toString().trim()).toBe('THE MACRO RAN');
    const converted = await seen(macroDocument('before', true), 'odt');
    expect(converted).toContain('before');
    expect(converted).not.toContain('THE MACRO RAN');
    expect(profile).toMatch(/DisableMacrosExecution" oor:op="fuse"><value>true/);
  });

  it('fetches no linked image: nobody connects', async () => {
    const connections = await connectionsDuring(async (port) => {
      expect(await seen(linkedImage(`http://127.0.0.1:${port}/pixel.png`), 'docx')).toContain('a picture');
    });
    expect(connections).toBe(0);
  });

  it('reads nothing of the machine through a linked section', async () => {
    const linked = (target: string) =>
      openDocument(
        'text',
        `<text:section text:name="s"><text:section-source xlink:href="${target}" text:filter-name="Text"/><text:p>as saved</text:p></text:section>`,
      );
    expect(await seen(linked('file:///usr/share/common-licenses/BSD'), 'odt')).not.toContain('Regents');
    expect(await seen(linked('file:///usr/share/common-licenses/BSD'), 'odt')).toContain('as saved');
  });

  it('fails on a damaged document, within its limits', async () => {
    const broken = zip([
      { name: '[Content_Types].xml', content: '<Types' },
      { name: 'word/document.xml', content: 'no xml' },
    ]);
    await expect(seen(broken, 'docx')).rejects.toMatchObject({ code: 'transcoder/failed' });
  });

  it('ends on an archive that unpacks to more than it says', async () => {
    const content = Buffer.concat([Buffer.from('<w:document>'), Buffer.alloc(96 * 1024 * 1024, '<w:p/>')]);
    const liar = zip([
      { name: '[Content_Types].xml', content: '<Types/>' },
      { name: 'word/document.xml', content, claimedBytes: 1000 },
    ]);
    await expect(seen(liar, 'docx')).rejects.toMatchObject({
      code: expect.stringMatching(/^transcoder\/(?:failed|timed-out)$/),
    });
  });

  it('is stopped when it does not end', async () => {
    await expect(seen(odt(['slow']), 'odt', 50)).rejects.toMatchObject({ code: 'transcoder/timed-out' });
  });
});
