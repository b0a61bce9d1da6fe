import { type AttackResult, attackNames } from '@cloister/indexer';
import { type SchemeName, schemeNames } from './schemes.ts';

/** A table in Markdown, in percent. */
export function leakageTable(measured: Record<SchemeName, AttackResult>): string {
  const rows = schemeNames.map((name) => [
    name,
    ...attackNames.map((attack) => `${(100 * measured[name][attack]).toFixed(1)} %`),
  ]);
  const head = ['scheme', ...attackNames];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
