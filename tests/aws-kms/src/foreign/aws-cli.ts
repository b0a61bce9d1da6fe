import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { User } from '../accounts.ts';
import type { AwsKms } from '../start-aws-kms.ts';

const program = '/usr/bin/aws';

/** Whether Debian's `awscli` is there. */
export const hasAwsCli = existsSync(program);

/**
 * Runs a shell command that says `aws …`, word for word as a document prints it, as this user against this server.
 * What it printed; throws with its complaint when it fails.
 */
export async function awsShell(kms: Pick<AwsKms, 'endpoint'>, user: User, command: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'cl-aws-'));
  try {
    // Version 2.9 takes the endpoint on its command line only, so `aws` is a script in front of it.
    writeFileSync(join(folder, 'aws'), `#!/bin/sh\nexec ${program} --endpoint-url '${kms.endpoint}' "$@"\n`, {
      mode: 0o755,
    });
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command], {
      env: {
        PATH: `${folder}:/usr/bin:/bin`,
        HOME: folder,
        AWS_ACCESS_KEY_ID: user.accessKeyId,
        AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
        AWS_DEFAULT_REGION: 'us-east-2',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    });
    return stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
