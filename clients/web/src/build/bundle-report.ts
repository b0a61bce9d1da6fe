import type { Manifest } from './read-manifest.ts';

/** Most JavaScript, gzipped, that may be loaded before the first message is on screen: bytes. */
export const firstMessageBudget = 180_000;

/**
 * Sources that are loaded only when somebody asks for them. Everything else that the page can load counts as loaded
 * before the first message, so that a new lazy part is counted until it is named here.
 */
const later = [
  'src/dialogs/dialog-host.tsx',
  'src/files/image-dialog.tsx',
  'src/hub/hub-page.tsx',
  'src/search/opened/results-page.tsx',
  'src/search/opened/search-popup.tsx',
  'src/ui/menu-popup.tsx',
  '../sdk/src/search/client-search.ts',
];

/** Catalogs of the page: one of them is loaded. Those of later parts come with these. */
const catalogs = /^src\/i18n\/catalogs\/\w+\.po$/;

export interface BundleReport {
  /** All scripts, gzipped sizes in bytes, the largest first. */
  readonly chunks: readonly { file: string; bytes: number; first: boolean }[];
  readonly beforeFirstMessage: number;
}

/** What a build costs before the first message. `sizes`: gzipped bytes by file. */
export function bundleReport(manifest: Manifest, sizes: ReadonlyMap<string, number>): BundleReport {
  const sizeOf = (file: string) => sizes.get(file) ?? 0;
  const reached = new Set<string>();
  const reach = (name: string): void => {
    const chunk = manifest[name];
    if (chunk === undefined || reached.has(name) || later.includes(name) || catalogs.test(name)) return;
    reached.add(name);
    for (const next of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) reach(next);
  };
  for (const [name, { isEntry }] of Object.entries(manifest)) if (isEntry) reach(name);
  const largestCatalog = Object.keys(manifest)
    .filter((name) => catalogs.test(name))
    .toSorted((a, b) => sizeOf(manifest[b]?.file ?? '') - sizeOf(manifest[a]?.file ?? ''))[0];
  if (largestCatalog !== undefined) reached.add(largestCatalog);
  const chunks = Object.entries(manifest)
    .filter(([, { file }]) => file.endsWith('.js'))
    .map(([name, { file }]) => ({ file, bytes: sizeOf(file), first: reached.has(name) }))
    .toSorted((a, b) => b.bytes - a.bytes);
  return { chunks, beforeFirstMessage: chunks.reduce((sum, { bytes, first }) => sum + (first ? bytes : 0), 0) };
}
