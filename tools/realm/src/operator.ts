import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { SetUpError } from '@cloister/postgres';
import { lookupLoopback } from '@cloister/verify';
import type { RealmLayout } from './layout.ts';

const patienceMs = 20_000;
const largest = 64 * 1024;

/** Says something to identity and returns the signed answer, not yet believed. */
export type AskOperator = (path: string, body: object) => Promise<string>;

/**
 * Identity at the operator, over https alone: the door's certificate is of the system's authorities, or of the root that the owner
 * named. Redirects are not followed.
 * @throws SetUpError with the operator's words
 */
export const askOperator = (origin: string, { operatorRoot }: Pick<RealmLayout, 'operatorRoot'>): AskOperator => {
  const base = new URL(origin);
  if (base.protocol !== 'https:') {
    throw new SetUpError('the operator is asked over https alone', 'give its address as https://…');
  }
  const ca = existsSync(operatorRoot) ? { ca: readFileSync(operatorRoot) } : {};
  const loopback = /(^|\.)localhost$/.test(base.hostname) ? { lookup: lookupLoopback } : {};
  return (path, body) =>
    new Promise((resolve, reject) => {
      const content = JSON.stringify(body);
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(content),
        accept: 'application/jose, application/problem+json',
      };
      const signal = AbortSignal.timeout(patienceMs);
      const options = {
        method: 'POST',
        headers,
        signal,
        agent: false,
        minVersion: 'TLSv1.2',
        ...ca,
        ...loopback,
      } as const;
      const sent = request(new URL(path, base), options, async (answer) => {
        try {
          const said = (await text(answer)).slice(0, largest);
          if (answer.statusCode === 200) resolve(said);
          else reject(refusal(answer.statusCode ?? 0, said));
        } catch (error) {
          reject(unreachable(origin, error));
        }
      });
      sent.on('error', (error) => reject(unreachable(origin, error)));
      sent.end(content);
    });
};

const refusal = (status: number, said: string): SetUpError => {
  let title = '';
  try {
    const { title: told, code, detail } = JSON.parse(said) as Record<string, unknown>;
    title = [told, detail, code].filter((each) => typeof each === 'string').join('; ');
  } catch {
    // Not identity's own words.
  }
  return new SetUpError(
    `the operator refused (${status})${title === '' ? '' : `: ${printable(title)}`}`,
    status === 404 ? 'is this the operator that made the code?' : 'ask the operator; nothing was changed here',
  );
};

const unreachable = (origin: string, error: unknown): SetUpError =>
  new SetUpError(
    `the operator at ${origin} cannot be reached: ${error instanceof Error ? printable(error.message) : 'no answer'}`,
    'outbound https must be open; for a private root give --root <pem>',
  );

/** What others say goes to a terminal. */
const printable = (said: string): string => said.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 300);
