import type { Endpoints } from './endpoints.ts';
import type { EvaluationOptions } from './options.ts';

/** What the person at the terminal reads when everything answers. */
export function welcome(endpoints: Endpoints, options: EvaluationOptions): string {
  const lines = ['', 'Cloister runs. This is an evaluation: passwords are random and kept in the data folder.', ''];
  for (const organisation of endpoints.organisations) {
    lines.push(`  ${organisation.name}  ${organisation.app}`);
    for (const person of endpoints.people.filter(({ organisationId }) => organisationId === organisation.id)) {
      const role = person.roles.includes('full-admin') ? '  (administrator)' : '';
      lines.push(`    ${person.email.padEnd(28)} ${person.password}${role}`);
    }
    lines.push('');
  }
  lines.push(`  data    ${options.data}`, `  scripts ${options.data}/endpoints.json`, '  stop    Ctrl-C', '');
  return `${lines.join('\n')}\n`;
}
