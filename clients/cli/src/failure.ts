import { CloisterError, type ErrorCode } from '@cloister/wire';

/** How the command line ends. */
export const exitCode = { done: 0, failed: 1, usage: 2 } as const;

/** What went wrong and what to do, one line each; `code` for scripts. */
export class Failure extends CloisterError {
  readonly hint: string | undefined;
  readonly exit: number;

  constructor(code: ErrorCode, detail: string, options: { hint?: string; exit?: number; cause?: unknown } = {}) {
    super(code, { detail, cause: options.cause });
    this.hint = options.hint;
    this.exit = options.exit ?? exitCode.failed;
  }
}

/** The command was written wrongly. */
export const usageFailure = (detail: string, hint: string): Failure =>
  new Failure('client/invalid-request', detail, { hint, exit: exitCode.usage });

const hints: Partial<Record<ErrorCode, string>> = {
  'client/offline': 'is the deployment running? npm start',
  'client/not-signed-in': 'the session ended; run the command again to sign in anew',
  'identity/invalid-credentials': 'passwords of an evaluation are in <data>/endpoints.json',
  'identity/too-many': 'wait a minute and try again',
  'identity/forbidden': 'a full administrator may; for a case, a second one who is not in it',
  'identity/domain-not-proven': 'cloister domain list shows the record; DNS can take an hour to tell of a new one',
  'identity/domain-in-use': 'a domain stays while addresses of your people or your key server lie under it',
  'identity/domain-taken': 'if the domain is yours, ask whoever runs this installation',
  'kms/timeout': 'is the key server running? cloister doctor tells',
  'kms/unavailable': 'is the key server running? cloister doctor tells',
  'core/kms-unavailable': 'the change is written down; look again with: cloister room show <room>',
  'kms/revoked': 'a full administrator can switch the main key on again: cloister key activate <id>',
  'kms/version-mismatch': 'look again before you decide: cloister key list, or cloister outside list',
  'kms/outside-not-allowed': 'cloister outside list tells a full administrator what your organisation decided',
  'kms/pending-exists': 'cloister key list shows it; cloister key activate <id>, or cloister key remove <id>',
  'kms/reactivate-first': 'cloister key list shows it; cloister key activate <id>, or cloister key undelete <id> first',
  'kms/revoke-first': 'cloister key revoke <id>',
  'kms/invalid-master-key':
    'RSA-OAEP with SHA-256 of exactly 32 bytes, under the public key of this organisation: cloister key make does it right',
  'kms/no-aws': 'whoever runs the key server gives your organisation a principal at Amazon: docs/operations.md',
  'client/roster-mismatch': 'see who can read the room: cloister room show <room>; remove whom you do not know',
  'core/not-found': 'cloister room list shows your rooms',
  'core/search-off': 'a full administrator can switch it on: cloister function on indexing',
  'core/search-unavailable': 'is the indexer running? cloister doctor tells',
  'search/too-broad': 'fewer or rarer words, or one room: cloister search "lunch in:<room>"',
  'core/other-organisation': 'their organisation has no key server here: cloister realm join sets one up',
  'kms/peer-unknown': 'their key server is not known (any more): whoever runs it asks the operator',
  'kms/peer-unreachable': 'try again in a while; cloister room show <room> names the key servers of a room',
  'kms/peer-lost': 'try again; cloister room show <room> names the key servers of a room',
  'kms/peer-refused': 'their key server turned yours away: docs/operations.md tells both sides what to look at',
  'kms/peer-untrusted': 'nothing was sent: whoever runs your key server finds peer.not-proven in its log',
  'kms/peer-broken': 'whoever runs your key server finds in its log which key server that was',
  'kms/no-federation': 'whoever runs your key server sets that up: docs/operations.md',
  'kms/invalid-certificate': 'nothing was sent; cloister doctor looks at the certificate of each key server',
};

/** What an error tells a person, never a stack and never a secret. */
export const describe = (cause: unknown): { code: string; error: string; hint: string | undefined; exit: number } => {
  if (cause instanceof Failure) {
    return { code: cause.code, error: cause.detail ?? cause.message, hint: cause.hint, exit: cause.exit };
  }
  if (cause instanceof CloisterError) {
    // A detail that is a sentence of its own says it better than the code's title before it.
    const error = cause.detail?.endsWith('.') ? cause.detail : cause.message;
    return { code: cause.code, error: lower(error), hint: hints[cause.code], exit: exitCode.failed };
  }
  const error = cause instanceof Error ? cause.message : 'something unforeseen';
  return { code: 'platform/internal', error, hint: 'this is a defect: please report it', exit: exitCode.failed };
};

const lower = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);
