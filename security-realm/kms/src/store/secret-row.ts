import { type Queries, sql } from '@cloister/database';
import type { Sealed } from '../keys/key-vault.ts';

/** The keys that a realm's owner renews: they are known outside. */
export const renewableSecrets = ['static', 'receipt', 'link', 'tls'] as const;
export type RenewableSecret = (typeof renewableSecrets)[number];

/** The realm's own private keys, each with one use: handshakes, receipts, the link to core and identity, anonymous bearers, other realms. */
export type SecretName = RenewableSecret | 'authorization' | `${RenewableSecret}-next` | 'static-before';

export type SecretRow = Sealed & { readonly name: SecretName; readonly publicJwk: string };

export const findSecret = (queries: Queries, name: SecretName): Promise<SecretRow | null> =>
  queries.maybe(sql<SecretRow>`select name, public_jwk as "publicJwk", kek_id as "kekId", kek_version as "kekVersion",
    sealed, commitment from realm_secret where name = ${name}`);

/** Keeps the first: another process may provision at the same moment. */
export const insertSecret = (queries: Queries, row: SecretRow, now: Date): Promise<number> =>
  queries.execute(sql`insert into realm_secret (name, public_jwk, kek_id, kek_version, sealed, commitment, created_at)
    values (${row.name}, ${row.publicJwk}, ${row.kekId}, ${row.kekVersion}, ${row.sealed}, ${row.commitment}, ${now})
    on conflict (name) do nothing`);

/** Nobody else renews a key until the transaction ends. */
export const lockSecrets = (transaction: Queries): Promise<number> =>
  transaction.execute(sql`lock table realm_secret in share row exclusive mode`);

export const deleteSecret = (queries: Queries, name: SecretName): Promise<number> =>
  queries.execute(sql`delete from realm_secret where name = ${name}`);
