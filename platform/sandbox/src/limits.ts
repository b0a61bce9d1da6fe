/** What a document may be before a program meets it. */
export interface DocumentLimits {
  /** The document as shared. */
  readonly inputBytes: number;
  /** What a zipped document may unpack to, all entries together. */
  readonly unpackedBytes: number;
  readonly zipEntries: number;
  /** How many times its packed size a large entry may unpack to. */
  readonly unpackedRatio: number;
}

/** What one run in the sandbox may cost. */
export interface SandboxLimits {
  /** Files the program writes, all together. They are in memory, and gone with the sandbox. */
  readonly scratchBytes: number;
  /** Address space of each process. */
  readonly memoryBytes: number;
  /** Processes and threads in the sandbox, all together. */
  readonly processes: number;
  readonly openFiles: number;
  /** CPU time of each process. */
  readonly cpuSeconds: number;
  /** Time by the clock. */
  readonly wallMs: number;
}

const MiB = 1024 * 1024;

export const defaultDocumentLimits: DocumentLimits = {
  inputBytes: 32 * MiB,
  unpackedBytes: 256 * MiB,
  zipEntries: 10_000,
  unpackedRatio: 300,
};

export const defaultSandboxLimits: SandboxLimits = {
  scratchBytes: 512 * MiB,
  memoryBytes: 3072 * MiB,
  processes: 96,
  openFiles: 512,
  cpuSeconds: 90,
  wallMs: 120_000,
};
