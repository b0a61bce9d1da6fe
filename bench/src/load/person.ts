import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Constellation } from '@cloister/testkit';

const cli = fileURLToPath(new URL('../../../clients/cli/src/main.ts', import.meta.url));

/** Tokens of a person as a published client has them: one for the core, one for the key server. */
export interface Tokens {
  readonly userId: string;
  readonly core: string;
  readonly kms: string;
}

/** The full token, as an administrator's page has it. */
export function fullTokenOf(all: Constellation, local: string): string {
  const { email } = all.person(local);
  const printed = execFileSync(process.execPath, [cli, 'token', email, '--data', all.data], { encoding: 'utf8' });
  return printed.trim().split('\n').at(-1) ?? '';
}

export async function tokensOf(all: Constellation, local: string): Promise<Tokens> {
  const person = all.person(local);
  const full = fullTokenOf(all, local);
  const reduce = async (scope: string) => {
    const answer = await fetch(`${all.endpoints.oauth}/idb/oauth2/v1/access_token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'urn:cisco:oauth:grant-type:scope-reduction',
        token: full,
        scope,
        client_id: all.endpoints.client.id,
        self_contained_token: 'true',
      }),
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    return token;
  };
  return { userId: person.id, core: await reduce('spark:all'), kms: await reduce('spark:kms') };
}
