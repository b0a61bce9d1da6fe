import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { openDir, parseJwe, SecretKey, sealDir } from '@cloister/seal';
import type { Constellation } from '@cloister/testkit';
import pg from 'pg';
import { superuser } from '../load/superuser.ts';

export interface BareRetrieval {
  /** As many retrievals at once. */
  batch(size: number): Promise<void>;
  close(): Promise<void>;
}

/** JWE decrypt, unwrap, one audit row each appended to PostgreSQL in one statement, JWE encrypt. */
export async function bareRetrieval(all: Constellation): Promise<BareRetrieval> {
  const kid = 'kms://bench.example/ecdhe/x';
  const key = SecretKey.fromBytes('bench', randomBytes(32));
  const request = await sealDir({ key, kid }, randomBytes(900).toString('base64'));
  // As a key object: node:crypto takes raw bytes three times slower.
  const kek = createSecretKey(randomBytes(32));
  const reply = randomBytes(420).toString('base64');
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', kek, iv);
  const wrapped = Buffer.concat([cipher.update(randomBytes(32)), cipher.final()]);
  const tag = cipher.getAuthTag();
  const client = await auditTable(all);
  return {
    batch: async (size) => {
      for (let index = 0; index < size; index++) {
        await openDir(key, parseJwe(request, { algorithms: ['dir'] }));
        const decipher = createDecipheriv('aes-256-gcm', kek, iv);
        decipher.setAuthTag(tag);
        decipher.update(wrapped);
        decipher.final();
      }
      const rows = Array.from({ length: size }, () => randomBytes(64));
      const text = 'INSERT INTO bench_audit (record) SELECT unnest($1::bytea[])';
      await client.query({ name: 'append', text, values: [rows] });
      for (let index = 0; index < size; index++) await sealDir({ key, kid }, reply);
    },
    close: () => client.end(),
  };
}

async function auditTable(all: Constellation): Promise<pg.Client> {
  const client = new pg.Client({ ...superuser(all), database: 'postgres' });
  await client.connect();
  await client.query(
    'CREATE TABLE IF NOT EXISTS bench_audit (id bigserial PRIMARY KEY, at timestamptz DEFAULT now(), record bytea NOT NULL)',
  );
  return client;
}
