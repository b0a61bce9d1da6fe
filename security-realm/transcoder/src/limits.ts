/** What one document may cost. Everything a document can make grow stands here. */
export interface Limits {
  /** The document as shared. */
  readonly inputBytes: number;
  /** What a zipped document may unpack to, all entries together. */
  readonly unpackedBytes: number;
  readonly zipEntries: number;
  /** How many times its packed size a large entry may unpack to. */
  readonly unpackedRatio: number;
  /** What LibreOffice makes of it, before it is drawn. */
  readonly pdfBytes: number;
  /** Pages after this one are left out. */
  readonly pages: number;
  /** Pixels of a page's longer side; the other follows. */
  readonly pagePixels: number;
  /** All page images together. */
  readonly imageBytes: number;
  /** Files the converter writes, all together. They are in memory, and gone with the sandbox. */
  readonly scratchBytes: number;
  /** Address space of each process. */
  readonly memoryBytes: number;
  /** Processes and threads in the sandbox, all together. */
  readonly processes: number;
  readonly openFiles: number;
  /** CPU time of each process. */
  readonly cpuSeconds: number;
  /** Time by the clock of each of the two steps. */
  readonly wallMs: number;
}

const MiB = 1024 * 1024;

export const defaultLimits: Limits = {
  inputBytes: 32 * MiB,
  unpackedBytes: 256 * MiB,
  zipEntries: 10_000,
  unpackedRatio: 300,
  pdfBytes: 96 * MiB,
  pages: 100,
  pagePixels: 1600,
  imageBytes: 64 * MiB,
  scratchBytes: 512 * MiB,
  memoryBytes: 3072 * MiB,
  processes: 96,
  openFiles: 512,
  cpuSeconds: 90,
  wallMs: 120_000,
};
