import { isAbsolute, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SetUpError } from '@cloister/postgres';

export interface EvaluationOptions {
  /** Absolute path of the folder that holds everything the deployment keeps. */
  readonly data: string;
  /** The door serves http here, and https on the next port. */
  readonly port: number;
  /** Address of the https listener; the http one is always on loopback. */
  readonly address: string;
  /** DNS name people use; each realm has a host name below it. */
  readonly name: string;
  /** Certificate and key of `name`, PEM paths; without them the evaluation's own authority issues one. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Indexers run, and the function is on until an administrator switches it off. */
  readonly search?: boolean;
  /** What the organisations' key stores are given beside their own keystore. */
  readonly hsm?: { readonly aws?: AwsOptions };
}

/** A way to AWS KMS: where it answers, and each organisation's principal, by the organisation's label. */
export interface AwsOptions {
  readonly endpoint: string;
  readonly principals: Readonly<Record<string, AwsPrincipal>>;
}

export interface AwsPrincipal {
  readonly arn: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export const usage = `npm start -- --data ./cloister-data --port 8443

Starts every server of an evaluation deployment on this machine and keeps its data. Ctrl-C stops it cleanly.

  --data <folder>           where everything is kept (CLOISTER_DATA; default .data in the project)
  --port <n>                http port; https is on the next one (CLOISTER_PORT; default 8443)
  --address <address>       where https listens (CLOISTER_ADDRESS; default 127.0.0.1; any other needs TLS and a name)
  --name <dns name>         the name people use (CLOISTER_NAME; default localhost)
  --tls-certificate <pem>   certificate chain of that name and the names below it (CLOISTER_TLS_CERTIFICATE)
  --tls-key <pem>           its key (CLOISTER_TLS_KEY)
`;

/** Reads flags, then the environment, then the defaults. @throws SetUpError naming the option and the mend. */
export function readOptions(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  project: string,
): EvaluationOptions | 'help' {
  const flags = parseFlags(argv);
  if (flags.help === true) return 'help';
  const data = flags.data ?? env.CLOISTER_DATA ?? resolve(project, '.data');
  const address = flags.address ?? env.CLOISTER_ADDRESS ?? '127.0.0.1';
  const name = flags.name ?? env.CLOISTER_NAME ?? 'localhost';
  const certificate = flags['tls-certificate'] ?? env.CLOISTER_TLS_CERTIFICATE;
  const key = flags['tls-key'] ?? env.CLOISTER_TLS_KEY;
  if ((certificate === undefined) !== (key === undefined)) {
    throw new SetUpError('TLS needs both a certificate and a key', 'give --tls-certificate and --tls-key together');
  }
  if (!isLoopback(address) && (certificate === undefined || name === 'localhost')) {
    throw new SetUpError(
      `address ${address} is reachable by others, and without TLS browsers refuse to encrypt there`,
      'give --name, --tls-certificate and --tls-key, or keep the default 127.0.0.1',
    );
  }
  return {
    data: isAbsolute(data) ? data : resolve(env.INIT_CWD ?? process.cwd(), data),
    port: parsePort(flags.port ?? env.CLOISTER_PORT ?? '8443'),
    address,
    name,
    ...(certificate !== undefined && key !== undefined
      ? { tls: { certificate: resolve(certificate), key: resolve(key) } }
      : {}),
  };
}

export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);
}

function parseFlags(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...argv],
      options: {
        data: text,
        port: text,
        address: text,
        name: text,
        'tls-certificate': text,
        'tls-key': text,
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (cause) {
    throw new SetUpError(
      cause instanceof Error ? cause.message : 'unreadable options',
      'npm start -- --help lists the options',
      { cause },
    );
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1024 || port > 65_534) {
    throw new SetUpError(
      `"${text}" is no usable port`,
      'give a number from 1024 to 65534; the next port is used for https',
    );
  }
  return port;
}
