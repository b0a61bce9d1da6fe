/** A call that the token refused, with its CKR code. Codes decide about sessions alone, never about what a caller is told. */
export class TokenFault extends Error {
  override readonly name = 'TokenFault';
  readonly ckr: number;

  constructor(cause: unknown) {
    super('the token refused a call', { cause });
    this.ckr = ckrOf(cause);
  }
}

/** pkcs11js gives most errors a code; those of some functions carry it in their text alone, as `CKR_…:<code>`. */
const ckrOf = (cause: unknown): number => {
  if (typeof cause !== 'object' || cause === null) return 0;
  if ('code' in cause) return Number(cause.code);
  return Number(/CKR_\w+:(\d+)/.exec(String(cause))?.[1] ?? 0);
};

/** CKR codes after which the way to the token is made anew: PKCS #11 v2.40 §5.1. */
const lost: ReadonlySet<number> = new Set([
  0x32, // CKR_DEVICE_REMOVED
  0xb0, // CKR_SESSION_CLOSED
  0xb3, // CKR_SESSION_HANDLE_INVALID
  0xe0, // CKR_TOKEN_NOT_PRESENT
  0x101, // CKR_USER_NOT_LOGGED_IN
  // Of a key that somebody else destroyed, or that was looked up before another login.
  0x60, // CKR_KEY_HANDLE_INVALID
  0x82, // CKR_OBJECT_HANDLE_INVALID
]);

const pinRefusals: ReadonlySet<number> = new Set([
  0xa0, // CKR_PIN_INCORRECT
  0xa1, // CKR_PIN_INVALID
  0xa2, // CKR_PIN_LEN_RANGE
  0xa3, // CKR_PIN_EXPIRED
  0xa4, // CKR_PIN_LOCKED
]);

/** Whether the same call may succeed on a new session. */
export const isLost = (cause: unknown): boolean => cause instanceof TokenFault && lost.has(cause.ckr);

/** CKR codes of a token in trouble, whatever it was asked. */
const trouble: ReadonlySet<number> = new Set([
  0x02, // CKR_HOST_MEMORY
  0x30, // CKR_DEVICE_ERROR
  0x31, // CKR_DEVICE_MEMORY
]);

/** Whether the same call may succeed later. */
export const isTrouble = (cause: unknown): boolean => cause instanceof TokenFault && trouble.has(cause.ckr);

/** Whether logging in again would bring the token closer to locking itself. */
export const isPinRefusal = (cause: unknown): boolean => cause instanceof TokenFault && pinRefusals.has(cause.ckr);

/** CKR_USER_ALREADY_LOGGED_IN: the login is the process's, not the session's. */
export const isLoggedInAlready = (cause: unknown): boolean => cause instanceof TokenFault && cause.ckr === 0x100;

/** CKR_CRYPTOKI_ALREADY_INITIALIZED: the module is the process's, and somebody else in it finalizes it. */
export const isInitializedAlready = (cause: unknown): boolean => cause instanceof TokenFault && cause.ckr === 0x191;
