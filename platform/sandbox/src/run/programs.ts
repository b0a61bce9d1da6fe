const programs = ['bash', 'bwrap', 'choom', 'pdftoppm', 'pdftotext', 'prlimit', 'setpriv', 'sh', 'soffice'] as const;

/** A program that is run, in the sandbox or for it. */
export type Program = (typeof programs)[number];

/** Only the system's own programs: a search path would be somebody's setting. */
export const programPath = (name: Program): string => `/usr/bin/${name}`;

/** LibreOffice's parts for texts, sheets and slides, each a package of its own. */
const parts = ['libswlo.so', 'libsclo.so', 'libsdlo.so'];

/** Everything that must be there to read every kind of document. */
export const requiredFiles: readonly string[] = [
  ...programs.map(programPath),
  ...parts.map((name) => `/usr/lib/libreoffice/program/${name}`),
];

/** What brings them on Debian, beside what every Debian has; and fonts for Chinese, Japanese and Korean. */
export const debianPackages: readonly string[] = [
  'bubblewrap',
  'fonts-noto-cjk',
  'libreoffice-calc-nogui',
  'libreoffice-impress-nogui',
  'libreoffice-writer-nogui',
  'poppler-utils',
];
