import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { SetUpError } from '@cloister/postgres';
import { ecPublicJwk, edPublicJwk, parseWith } from '@cloister/wire';
import * as z from 'zod/mini';
import type { RealmLayout } from './layout.ts';
import { kmsProgram } from './programs.ts';

const waiting = z.object({ waiting: z.array(z.string()) });
const requests = z.object({ static: z.string(), tls: z.string() });
const proof = z.object({
  linkKey: edPublicJwk,
  receiptKey: edPublicJwk,
  tlsKey: ecPublicJwk,
  proofs: z.array(z.string()),
});

/** A key that the realm's owner renews. */
export type RenewableKey = 'static' | 'receipt' | 'link' | 'tls';
/** The realm's public keys with a proof by each. */
export type KeyProof = z.infer<typeof proof>;
/** What is proven, and to whom. */
export interface Proving {
  readonly act: 'join' | 'renew';
  /** Thumbprint of identity's feed key. */
  readonly aud: string;
  readonly code?: string;
  /** Successors to make known. */
  readonly next: readonly RenewableKey[];
}

/** The key server's own program, which alone has the realm's private keys: it is asked, and they stay with it. */
export interface AskKms {
  provision(): Promise<void>;
  requests(domain: string | undefined): Promise<z.infer<typeof requests>>;
  prove(proving: Proving): Promise<KeyProof>;
  /** Makes a successor unless one waits. */
  renew(name: RenewableKey): Promise<void>;
  /** A successor takes its place, if one waits. */
  finish(name: RenewableKey): Promise<void>;
}

export const askKms = ({ kms: { config } }: Pick<RealmLayout, 'kms'>): AskKms => {
  const ask = async <T>(schema: z.ZodMiniType<T>, question: object): Promise<T> =>
    parseWith(schema, await run(['realm', '--config', config], JSON.stringify(question)));
  return {
    provision: async () => void (await run(['provision', '--config', config], '')),
    requests: (domain) => ask(requests, { do: 'request', ...(domain === undefined ? {} : { domain }) }),
    prove: (proving) => ask(proof, { do: 'prove', ...proving }),
    renew: async (name) => void (await ask(waiting, { do: 'renew', name })),
    finish: async (name) => void (await ask(waiting, { do: 'finish', name })),
  };
};

/** @throws SetUpError with the last lines that the program said of why; they hold no secret */
const run = async (args: readonly string[], input: string): Promise<string> => {
  const child = spawn(process.execPath, [kmsProgram, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const [said, why, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code === 0) return said;
  const last = `${why}${said}`.trim().slice(-1500);
  throw new SetUpError(
    `the key server's program failed: ${last}`,
    'the line above says why; nothing was lost, run it again',
  );
};
