import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { User } from '../accounts.ts';
import type { OperationName } from '../operations/operations.ts';
import type { AwsKms } from '../start-aws-kms.ts';

/** Whether Debian's `python3-botocore` is there. */
export const hasBotocore = existsSync('/usr/lib/python3/dist-packages/botocore/data/kms/2014-11-01/service-2.json');

export type BotocoreAnswer = {
  readonly reply: Readonly<Record<string, unknown>> | null;
  readonly error: string | null;
  /** In what the answer differs from the service's model. */
  readonly problems: readonly string[];
};

const python = (script: string, input: object): Promise<string> => {
  const running = promisify(execFile)('/usr/bin/python3', ['-I', fileURLToPath(new URL(script, import.meta.url))]);
  running.child.stdin?.end(JSON.stringify(input));
  return running.then(({ stdout }) => stdout);
};

/** Makes these calls with botocore, one after the other. */
export async function callByBotocore(
  kms: Pick<AwsKms, 'endpoint'>,
  user: User,
  calls: readonly { readonly operation: OperationName; readonly input: object }[],
): Promise<BotocoreAnswer[]> {
  const { accessKeyId, secretAccessKey } = user;
  const given = { endpoint: kms.endpoint, region: 'us-east-2', accessKeyId, secretAccessKey, calls };
  return JSON.parse(await python('./botocore.py', given));
}

/** The headers that botocore puts on each of these requests when it signs them. */
export async function signByBotocore(
  user: User,
  region: string,
  requests: readonly { url: string; method: string; headers: Record<string, string>; body: string }[],
): Promise<Record<string, string>[]> {
  const { accessKeyId, secretAccessKey } = user;
  return JSON.parse(await python('./sign.py', { accessKeyId, secretAccessKey, region, requests }));
}
