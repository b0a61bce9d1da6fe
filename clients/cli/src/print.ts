import type { CommandContext } from './command.ts';

/** Prints a value: as JSON for scripts, else as the lines a person reads. */
export const print = ({ io, args }: CommandContext, value: unknown, lines: readonly string[]): void => {
  if (args.json) io.out(JSON.stringify(value));
  else for (const line of lines) io.out(line);
};

/** Columns padded to their widest cell, two spaces apart. */
export const table = (rows: readonly (readonly string[])[]): string[] => {
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, at) => Math.max(most[at] ?? 0, cell.length)), []);
  return rows.map((row) =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
};
