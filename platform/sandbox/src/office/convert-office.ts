import { CloisterError } from '@cloister/wire';
import type { DocumentKind } from '../kind/document-kind.ts';
import type { SandboxLimits } from '../limits.ts';
import { programPath } from '../run/programs.ts';
import { runSandboxed } from '../run/run-sandboxed.ts';
import { workFolder } from '../run/sandbox-command.ts';
import { profile } from './profile.ts';

export interface ConvertOffice {
  readonly document: Uint8Array;
  readonly kind: Exclude<DocumentKind, 'pdf'>;
  /** What to make of it: PDF, or OpenDocument as one XML file, of texts, sheets or slides. */
  readonly format: 'fodp' | 'fods' | 'fodt' | 'pdf';
  readonly limits: SandboxLimits;
  readonly signal?: AbortSignal | undefined;
}

/** Converts, and then gives the result; LibreOffice says success even when it wrote nothing, so the file decides. */
const script = `"$1" --headless --norestore --nolockcheck --nologo "-env:UserInstallation=file://${workFolder}/profile" \\
--convert-to "$3" --outdir ${workFolder}/out "$2" >/dev/null && exec cat "${workFolder}/out/document.$3"`;

/**
 * A document in another format, made by LibreOffice in a sandbox of its own with a fresh profile; the answer is what
 * `read` makes of it. What comes out is as hostile as the document was.
 * @throws transcoder/failed when nothing comes out, what `runSandboxed` throws, and what `read` throws.
 */
export async function convertOffice<T>(
  { document, kind, format, limits, signal }: ConvertOffice,
  read: (output: AsyncIterable<Buffer>) => Promise<T>,
): Promise<T> {
  const path = `${workFolder}/document.${kind}`;
  const command = [programPath('sh'), '-c', script, 'convert', programPath('soffice'), path, format];
  const files = new Map([
    [path, document],
    [`${workFolder}/profile/user/registrymodifications.xcu`, Buffer.from(profile)],
  ]);
  return runSandboxed({ command, files, limits, signal }, (output) => read(notEmpty(output)));
}

async function* notEmpty(output: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let empty = true;
  for await (const chunk of output) {
    empty = false;
    yield chunk;
  }
  if (empty) throw new CloisterError('transcoder/failed');
}
