import { readFileSync } from 'node:fs';
import type { Constellation } from '@cloister/testkit';

/** How the bench itself reaches the constellation's PostgreSQL: past every realm's role, as no server may. */
export function superuser(all: Constellation): { host: string; user: string; password: string } {
  const { layout } = all.deployment;
  return {
    host: layout.run,
    user: 'postgres',
    password: readFileSync(`${layout.server('postgres')}/password`, 'utf8'),
  };
}
