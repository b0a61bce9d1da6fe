import { programPath, runSandboxed, workFolder } from '@cloister/sandbox';
import type { Extracted } from './extracted.ts';
import { joinLines } from './join-lines.ts';
import type { ExtractLimits } from './limits.ts';
import { TextCollector } from './text-collector.ts';

export interface PdfText {
  readonly pdf: Uint8Array;
  readonly limits: ExtractLimits;
  readonly signal?: AbortSignal | undefined;
}

/** No text has this character; a PDF that says it claims no more than to have a password. */
const PASSWORD = '\0password';

/**
 * Poppler fails to open a document in one way (1), and tells that a password is missing in its complaints alone. It complains
 * of much else, so only the first are read.
 */
const script = `"$1" -q -enc UTF-8 -eol unix "$2" -; code=$?; [ "$code" -eq 1 ] || exit "$code"
"$1" -l 1 "$2" /dev/null 2>&1 | head -c 65536 | grep -q 'Incorrect password' && printf '\\000password'`;

/** A PDF's text, found by poppler in a sandbox. */
export async function pdfText({ pdf, limits, signal }: PdfText): Promise<Extracted> {
  const path = `${workFolder}/document.pdf`;
  const command = [programPath('sh'), '-c', script, 'read', programPath('pdftotext'), path];
  const collector = new TextCollector(limits.characters);
  const decoder = new TextDecoder();
  const { text, complete } = await runSandboxed(
    { command, files: new Map([[path, pdf]]), limits, signal },
    async (output) => {
      for await (const chunk of output) if (!collector.add(decoder.decode(chunk, { stream: true }))) break;
      return collector.finish();
    },
  );
  return text === PASSWORD ? { unread: 'password' } : { text: joinLines(text), complete };
}
