import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { open } from '@cloister/at-rest';
import { HsmClient, type KekPlace } from '@cloister/hsm';
import type { Constellation } from '@cloister/testkit';
import { inDatabase } from './databases.ts';

export interface OpenedKey {
  readonly kind: 'content-key' | 'wrapping-key';
  readonly what: string;
  readonly bytes: Buffer;
}

interface KekRow {
  kek_id: string;
  version: number;
  organisation_id: string;
  level: KekPlace['level'];
  label: string;
  hsm_key_id: string;
  wrapped: Buffer;
}

interface ContentKeyRow {
  key_id: string;
  organisation_id: string;
  kek_id: string;
  kek_version: number;
  wrapped: Buffer;
  commitment: Buffer;
}

/**
 * Every key a key server keeps, opened as nobody but its operator can: with the credential for the hsm, which unwraps the
 * KEKs (byok.md §5). So the search knows also the keys no client held on to.
 */
export const openedKeys = async (all: Constellation, label: string): Promise<OpenedKey[]> => {
  const { layout } = all.deployment;
  const secret = readFileSync(join(layout.server(`${label}-hsm`), 'shared'));
  const hsm = new HsmClient({ socket: layout.socket(`${label}-hsm`), secret });
  try {
    return await inDatabase(all, `${label}_kms`, async (client) => {
      // Before the KEKs: a client may have a key made meanwhile, under a KEK that is new too.
      const rows = (await client.query<ContentKeyRow>('select * from content_key')).rows;
      const keks = new Map<string, Buffer>();
      for (const row of (await client.query<KekRow>('select * from kek')).rows) {
        // One organisation a realm here: its default main key is its own.
        const key = { keyId: row.hsm_key_id, organisationId: row.organisation_id };
        const bytes = await hsm.unwrap(key, kekPlace(row), row.wrapped);
        keks.set(`${row.kek_id}/${row.version}`, bytes);
      }
      return [
        ...[...keks].map(([name, bytes]) => ({
          kind: 'wrapping-key' as const,
          what: `KEK ${name} of ${label}`,
          bytes,
        })),
        ...rows.map((row) => ({
          kind: 'content-key' as const,
          what: `key ${row.key_id} of ${label}`,
          bytes: openContentKey(row, keks.get(`${row.kek_id}/${row.kek_version}`)),
        })),
      ];
    });
  } finally {
    hsm.close();
  }
};

const kekPlace = (row: KekRow): KekPlace => ({
  organisationId: row.organisation_id,
  kekId: row.kek_id,
  version: row.version,
  level: row.level,
  label: row.label,
});

const openContentKey = (row: ContentKeyRow, kek: Buffer | undefined): Buffer => {
  if (kek === undefined) throw new Error(`no KEK for key ${row.key_id}`);
  const place = [
    'cloister/content-key/v1',
    row.organisation_id,
    row.key_id,
    'content',
    row.kek_id,
    String(row.kek_version),
  ];
  return open(kek, { sealed: row.wrapped, commit: row.commitment }, place);
};
