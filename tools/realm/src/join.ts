import { hash } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { SetUpError } from '@cloister/postgres';
import { keyThumbprint, openJoinedAnswer } from '@cloister/verify';
import { CloisterError, type JoiningCode, parseJoiningCode } from '@cloister/wire';
import { type AskKms, askKms } from './ask-kms.ts';
import { writeConfigs } from './configs.ts';
import { layOut, type RealmLayout } from './layout.ts';
import { checkLinkAddress } from './link-address.ts';
import { type AskOperator, askOperator } from './operator.ts';
import { type RealmSettings, readSettings, writeSettings } from './settings.ts';
import type { Told } from './told.ts';
import { withKeyStore } from './with-key-store.ts';

/** How a realm joins. */
export interface JoinOptions {
  readonly folder: string;
  /** As the operator handed it over. Secret until it is used. */
  readonly code: string;
  /** Where the operator is, if not where the code says. The code's pin decides whom to believe. */
  readonly operator?: string | undefined;
  /** PEM of the root of the operator's server. */
  readonly rootFile?: string | undefined;
  readonly now: () => number;
}

/**
 * Joins: sends the public keys with a proof of each, believes the answer by the key that the code pins, writes the configurations.
 * @throws SetUpError, CloisterError `verify/untrusted-statement` for an answer that is not to be believed; then nothing is written
 */
export const join = async ({ folder, code: text, operator, rootFile, now }: JoinOptions): Promise<Told> => {
  const layout = layOut(folder);
  const settings = readSettings(layout);
  const code = codeFor(settings, text);
  const identity = operator ?? code.identity;
  const joined = await withKeyStore(layout, settings, () =>
    register({
      settings,
      code,
      identity,
      kms: askKms(layout),
      operator: askOperator(identity, { operatorRoot: rootFile ?? layout.operatorRoot }),
      now,
    }),
  );
  if (rootFile !== undefined) copyFileSync(rootFile, layout.operatorRoot);
  return remember(layout, { ...settings, operator: { identity, ...joined } });
};

/** What joining needs, each of which a test may replace by something hostile. */
export interface Registration {
  readonly settings: RealmSettings;
  readonly code: JoiningCode;
  /** Where the operator is asked. */
  readonly identity: string;
  readonly kms: Pick<AskKms, 'prove'>;
  readonly operator: AskOperator;
  readonly now: () => number;
}

/** @throws as {@link join} */
export const register = async ({ settings, code, identity, kms, operator, now }: Registration) => {
  const { kmsHost, organisationId } = settings;
  const secretHash = hash('sha256', code.secret, 'buffer').toString('base64url');
  const { proofs, ...keys } = await kms.prove({ act: 'join', aud: code.feedKey, code: secretHash, next: [] });
  const said = await operator('/identity/api/v1/realms', { kmsHost, secret: code.secret, ...keys, proofs });
  const joined = openJoinedAnswer(said, { feedKey: code.feedKey, kmsHost, organisationId, keys, now: now() });
  return {
    issuer: joined.iss,
    feedKey: joined.statusKey,
    core: checkLinkAddress(joined.core, identity),
    joinedAt: new Date(now()).toISOString(),
  };
};

/** The operator's code, if it is for this realm: the secret is sent nowhere else. */
export const codeFor = ({ kmsHost, organisationId, operator }: RealmSettings, text: string): JoiningCode => {
  let code: JoiningCode;
  try {
    code = parseJoiningCode(text);
  } catch (error) {
    if (!(error instanceof CloisterError)) throw error;
    throw new SetUpError(
      'that is no joining code',
      'copy the whole word that the operator sent, from cloister-join-1. on',
    );
  }
  if (code.kmsHost !== kmsHost || code.organisationId !== organisationId) {
    throw new SetUpError(
      `the code is for ${code.kmsHost} of organisation ${code.organisationId}, this realm is ${kmsHost} of ${organisationId}`,
      'nothing was sent; ask the operator for a code for this realm',
    );
  }
  if (operator !== undefined && keyThumbprint(operator.feedKey) !== code.feedKey) {
    throw new SetUpError(
      'the code is of an operator with another key than the one that this realm joined',
      'nothing was sent; if the operator changed its key, hear it from them by another way first',
    );
  }
  return code;
};

const remember = (layout: RealmLayout, settings: RealmSettings): Told => {
  writeConfigs(layout, settings);
  writeSettings(layout, settings);
  const { kmsHost, operator } = settings;
  return {
    value: { kmsHost, operator: { ...operator, feedKey: undefined } },
    lines: [
      `${kmsHost} has joined ${operator?.identity}; its link goes to ${operator?.core}`,
      `next: cloister realm start ${layout.folder}`,
    ],
  };
};
