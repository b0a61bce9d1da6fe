/** The programs a conversion runs, and Debian's package of each. */
const programs = {
  bash: 'bash',
  bwrap: 'bubblewrap',
  choom: 'util-linux',
  prlimit: 'util-linux',
  setpriv: 'util-linux',
  sh: 'dash',
  soffice: 'libreoffice-writer-nogui',
  pdftoppm: 'poppler-utils',
} as const;

export type Program = keyof typeof programs;

export const programNames = Object.keys(programs) as readonly Program[];

/** Only the system's own programs: a search path would be somebody's setting. */
export const programPath = (name: Program): string => `/usr/bin/${name}`;

/** What to install for all kinds of documents, with fonts for Chinese, Japanese and Korean. */
export const debianPackages: readonly string[] = [
  'bubblewrap',
  'fonts-noto-cjk',
  'libreoffice-calc-nogui',
  'libreoffice-impress-nogui',
  'libreoffice-writer-nogui',
  'poppler-utils',
];
