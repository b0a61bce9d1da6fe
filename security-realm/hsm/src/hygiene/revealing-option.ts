/** Options of Node that show its memory to others, or write it to disk. */
const revealing = [
  '--inspect',
  '--debug',
  '--heapsnapshot',
  '--heap-prof',
  '--abort-on-uncaught-exception',
  // Files that may hold any of the others.
  '--experimental-config-file',
  '--experimental-default-config-file',
] as const;

/** The first such option, by its beginning, of a command line or of NODE_OPTIONS; null when there is none. */
export const revealingOption = (commandLine: readonly string[], nodeOptions = ''): string | null => {
  // NODE_OPTIONS may quote; Node takes an underscore for a dash.
  const given = [...commandLine, ...nodeOptions.split(/[\s"']+/)].map((option) => option.replaceAll('_', '-'));
  return revealing.find((name) => given.some((option) => option.startsWith(name))) ?? null;
};
