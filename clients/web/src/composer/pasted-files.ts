/**
 * The files of a paste, or none when it holds words: office programs put a picture of the text beside the text, and
 * the words are what was meant.
 */
export function pastedFiles(data: Pick<DataTransfer, 'files' | 'getData'>): File[] {
  return data.getData('text/plain').trim() === '' ? [...data.files] : [];
}

/** Largest file that can be shared: 100 MiB (docs/wires.md §6). */
export const largestFile = 100 * 1024 * 1024;

/** Files that can be shared, and the names of those that are too large. */
export function checkFiles(files: readonly File[]): { fitting: File[]; tooLarge: string[] } {
  return {
    fitting: files.filter(({ size }) => size <= largestFile),
    tooLarge: files.filter(({ size }) => size > largestFile).map(({ name }) => name),
  };
}
