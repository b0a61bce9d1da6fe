import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A unix socket's path may have 107 bytes; this leaves room for the longest file name below. */
const longestRunFolder = 70;

/** Where everything of a realm lies. Folders are readable by their owner only. */
export interface RealmLayout {
  readonly folder: string;
  /** What was decided when the realm was made, and whether it joined. Written last: a folder without it is unfinished. */
  readonly settings: string;
  /** Certificates of the authorities that the realm accepts key servers' certificates of. */
  readonly roots: string;
  /** Of the operator's server, where no authority of the system issued it. */
  readonly operatorRoot: string;
  readonly hsm: ServerFolder & { readonly pin: string; readonly shared: string; readonly keystore: string };
  readonly kms: ServerFolder & {
    readonly password: string;
    readonly status: string;
    readonly chain: string;
    readonly federation: string;
    /** Public halves of its keys. */
    readonly publicHalves: string;
  };
  readonly postgres: { readonly cluster: string; readonly password: string; readonly log: string };
  /** Certificate requests for an authority to answer. */
  readonly requests: { readonly static: string; readonly tls: string };
  readonly run: string;
  readonly lock: string;
}

/** What every server of the realm has. */
export interface ServerFolder {
  readonly config: string;
  readonly log: string;
  readonly socket: string;
  readonly health: string;
}

export const layOut = (folder: string): RealmLayout => {
  const run = runFolder(folder);
  const server = (name: string): ServerFolder => ({
    config: join(folder, name, 'config.json'),
    log: join(folder, 'logs', `${name}.log`),
    socket: join(run, `${name}.sock`),
    health: join(run, `${name}.health`),
  });
  const hsm = join(folder, 'hsm');
  const kms = join(folder, 'kms');
  const postgres = join(folder, 'postgres');
  return {
    folder,
    settings: join(folder, 'realm.json'),
    roots: join(folder, 'roots.pem'),
    operatorRoot: join(folder, 'operator-root.pem'),
    hsm: { ...server('hsm'), pin: join(hsm, 'pin'), shared: join(hsm, 'shared'), keystore: join(hsm, 'keystore') },
    kms: {
      ...server('kms'),
      password: join(kms, 'database.password'),
      status: join(kms, 'status.json'),
      chain: join(kms, 'chain.pem'),
      federation: join(kms, 'federation.pem'),
      publicHalves: join(kms, 'public.json'),
    },
    postgres: {
      cluster: join(postgres, 'cluster'),
      password: join(postgres, 'password'),
      log: join(folder, 'logs', 'postgres.log'),
    },
    requests: { static: join(folder, 'requests', 'static.csr'), tls: join(folder, 'requests', 'tls.csr') },
    run,
    lock: join(folder, 'lock'),
  };
};

/** Makes the folders that are not there. */
export const makeFolders = ({ folder, run }: RealmLayout): void => {
  const parts = ['hsm', 'kms', 'postgres', 'requests', 'logs'].map((name) => join(folder, name));
  for (const each of [folder, ...parts, run]) mkdirSync(each, { recursive: true, mode: 0o700 });
};

const runFolder = (folder: string): string => {
  const inside = join(folder, 'run');
  if (Buffer.byteLength(inside) <= longestRunFolder) return inside;
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return join(tmpdir(), `cloister-realm-${process.getuid?.() ?? 0}-${name}`);
};
