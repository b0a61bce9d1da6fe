import type { Constellation } from '@cloister/testkit';
import { rowsOf } from './databases.ts';

const id = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;

/**
 * Every random id that these databases know, of whatever: people, devices, sign-ins, rooms, entries, resources, content keys;
 * but those of organisations and of main keys, which a realm's log may name (docs/operations.md).
 */
export const knownIds = async (all: Constellation, databases: readonly string[]): Promise<Set<string>> => {
  const found = new Set<string>();
  const named = new Set<string>(all.endpoints.organisations.map((organisation) => organisation.id));
  for (const database of databases) {
    for (const { table, pieces } of await rowsOf(all, database)) {
      const ids = pieces.flatMap((piece) => piece.toString('latin1').match(id) ?? []);
      for (const each of ids) (isOfMainKeys(table) ? named : found).add(each);
    }
  }
  return new Set([...found].filter((each) => !named.has(each)));
};

const isOfMainKeys = (table: string): boolean => /master_key|hsm_disposal|^"?kek|kms_node/.test(table);
