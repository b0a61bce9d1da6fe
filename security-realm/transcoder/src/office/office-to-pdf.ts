import { CloisterError } from '@cloister/wire';
import type { DocumentKind } from '../kind/document-kind.ts';
import type { Limits } from '../limits.ts';
import { programPath } from '../sandbox/programs.ts';
import { readAll } from '../sandbox/read-all.ts';
import { runSandboxed } from '../sandbox/run-sandboxed.ts';
import { workFolder } from '../sandbox/sandbox-command.ts';
import { profile } from './profile.ts';

export interface OfficeToPdf {
  readonly document: Uint8Array;
  readonly kind: Exclude<DocumentKind, 'pdf'>;
  readonly limits: Limits;
  readonly signal?: AbortSignal | undefined;
}

/** Converts, and then gives the result; LibreOffice says success even when it wrote nothing, so the file decides. */
const script = `"$1" --headless --norestore --nolockcheck --nologo "-env:UserInstallation=file://${workFolder}/profile" \\
--convert-to pdf --outdir ${workFolder}/out "$2" >/dev/null && exec cat ${workFolder}/out/document.pdf`;

/**
 * A document as a PDF, made by LibreOffice in a sandbox of its own with a fresh profile. The PDF is as hostile as the
 * document was: it goes to another sandbox.
 */
export async function officeToPdf({ document, kind, limits, signal }: OfficeToPdf): Promise<Buffer> {
  const path = `${workFolder}/document.${kind}`;
  const command = [programPath('sh'), '-c', script, 'convert', programPath('soffice'), path];
  const files = new Map([
    [path, document],
    [`${workFolder}/profile/user/registrymodifications.xcu`, Buffer.from(profile)],
  ]);
  const pdf = await runSandboxed({ command, files, limits, signal }, (output) => readAll(output, limits.pdfBytes));
  if (pdf.length === 0) throw new CloisterError('transcoder/failed');
  return pdf;
}
