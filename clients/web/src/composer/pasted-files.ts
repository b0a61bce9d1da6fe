/**
 * The files of a paste, or none when it holds words: office programs put a picture of the text beside the text, and
 * the words are what was meant.
 */
export function pastedFiles(data: Pick<DataTransfer, 'files' | 'getData'>): File[] {
  return data.getData('text/plain').trim() === '' ? [...data.files] : [];
}

/** Largest file that can be shared: 100 MiB (docs/wires.md §6). */
export const largestFile = 100 * 1024 * 1024;

/** Most files that go with one message. */
export const mostFiles = 50;

/** What of some files can be added to those chosen already: by size, and as long as there is room. */
export interface CheckedFiles {
  readonly fitting: readonly File[];
  /** Names of files above {@link largestFile}. */
  readonly tooLarge: readonly string[];
  /** Whether some were left out because there were too many. */
  readonly tooMany: boolean;
}

/** Checks files before they are added to the `chosen` ones. */
export function checkFiles(files: readonly File[], chosen: number): CheckedFiles {
  const small = files.filter(({ size }) => size <= largestFile);
  const fitting = small.slice(0, Math.max(0, mostFiles - chosen));
  const tooLarge = files.filter(({ size }) => size > largestFile).map(({ name }) => name);
  return { fitting, tooLarge, tooMany: fitting.length < small.length };
}
