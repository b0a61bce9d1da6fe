import { readCredential } from '@cloister/config';
import { CloisterError } from '@cloister/wire';
import * as z from 'zod/mini';
import type { AwsConfig } from '../../config.ts';

const accessKey = z.strictObject({
  accessKeyId: z.string().check(z.regex(/^[A-Z0-9]{16,128}$/)),
  secretAccessKey: z.string().check(z.minLength(16), z.maxLength(256)),
});

export type AccessKey = z.infer<typeof accessKey>;

// A user: roles have no access keys. It is put into a command that an administrator pastes into a shell.
const principalArn = /^arn:aws(?:-[a-z]+)*:iam::\d{12}:user\/[\w+=,.@/-]{1,512}$/;

/** Who we are at Amazon: a principal for each organisation, with an access key of its own (R068). */
export class Principals {
  readonly #principals: AwsConfig['principals'];

  /** Reads every credential once, so that a hsm that could not use it does not start. Throws `config/…`. */
  constructor(principals: AwsConfig['principals']) {
    this.#principals = principals;
    for (const { arn, credentials } of Object.values(principals)) {
      if (!principalArn.test(arn))
        throw new CloisterError('config/invalid', { detail: `"${arn}" is not the ARN of an IAM user` });
      readAccessKey(credentials);
    }
  }

  arn(organisationId: string): string | null {
    return this.#own(organisationId)?.arn ?? null;
  }

  /** The organisation's access key as its file has it now. Throws `hsm/no-aws`, `hsm/credential-fault`. */
  accessKey(organisationId: string): AccessKey {
    const own = this.#own(organisationId);
    if (own === undefined) throw new CloisterError('hsm/no-aws');
    try {
      return readAccessKey(own.credentials);
    } catch {
      throw new CloisterError('hsm/credential-fault');
    }
  }

  #own(organisationId: string): AwsConfig['principals'][string] | undefined {
    return Object.hasOwn(this.#principals, organisationId) ? this.#principals[organisationId] : undefined;
  }
}

function readAccessKey(path: string): AccessKey {
  const bytes = readCredential(path);
  try {
    return accessKey.parse(JSON.parse(bytes.toString()));
  } catch {
    // What is wrong with it would quote it.
    throw new CloisterError('config/invalid', {
      detail: `the credential file ${path} is not {"accessKeyId": …, "secretAccessKey": …}`,
    });
  } finally {
    bytes.fill(0);
  }
}
