/** One row of the table: HTTP status, English title, and the published numeric code where clients that others wrote look for one. */
export interface ErrorEntry {
  readonly status: number;
  readonly title: string;
  readonly errorCode?: number;
}

/**
 * Every error Cloister can name. Codes are stable: clients, scripts and translations key on them.
 * `kms/…` rows carry the status of the sealed KMS reply, all others that of the HTTP answer.
 */
export const errorTable = {
  'wire/invalid-json': { status: 400, title: 'The body is not JSON in UTF-8' },
  'wire/invalid-message': { status: 400, title: 'The message does not have the documented shape' },
  'wire/invalid-id': { status: 400, title: 'An id is not a lower-case random UUID' },
  'wire/invalid-uri': { status: 400, title: 'A key server address is not of the form kms://host/kind/id' },
  'wire/invalid-base64url': { status: 400, title: 'A value is not unpadded base64url' },
  'wire/invalid-receipt': { status: 400, title: 'The receipt is not one its key server signed' },
  'wire/too-large': { status: 413, title: 'The message is larger than its kind may be' },
  'wire/unsupported-verb': { status: 400, title: 'This kind of activity is not supported' },

  'kms/invalid-request': { status: 400, title: 'The key server cannot read the request' },
  'kms/unauthenticated': { status: 401, title: 'The key server does not accept the token' },
  'kms/not-authorized': { status: 403, title: 'The person is not authorized for this resource' },
  'kms/moderators-only': { status: 403, title: 'In this room only moderators may change who is in it' },
  'kms/function-off': { status: 403, title: 'The organisation has switched this function off' },
  'kms/room-mismatch': { status: 403, title: 'The sealed request is for another room or another change' },
  'kms/not-found': { status: 404, title: 'The key server knows no such object' },
  'kms/revoked': { status: 405, title: "The organisation's main key is revoked", errorCode: 405005 },
  'kms/conflict': { status: 409, title: 'The change contradicts what the key server already holds' },
  'kms/request-reused': { status: 409, title: 'The request id was used for another operation' },
  'kms/operation-closed': { status: 410, title: 'The operation is closed and will not be applied' },
  'kms/too-many': { status: 429, title: 'Too many requests' },
  'kms/reset': { status: 499, title: 'The secure channel is unknown: make a new one' },
  'kms/internal': { status: 500, title: 'The key server failed' },
  'kms/unsupported': { status: 501, title: 'The key server does not offer this operation' },
  'kms/unavailable': { status: 503, title: 'The key server cannot answer at the moment' },
  'kms/invalid-certificate': { status: 502, title: "The key server's certificate does not prove its name" },
  'kms/timeout': { status: 504, title: 'The key server did not answer in time' },

  'core/invalid-request': { status: 400, title: 'The request is not valid' },
  'core/unknown-origin': { status: 400, title: 'This server does not answer at this address' },
  'core/rotation-required': {
    status: 400,
    title: 'The keys of this room are stale: make a new one',
    errorCode: 1400087,
  },
  'core/key-stale': {
    status: 409,
    title: 'This key is stale: the room already has a fresh one',
    errorCode: 1409004,
  },
  'core/key-unknown': { status: 400, title: 'The key is not one of this room', errorCode: 1400049 },
  'core/kms-refused': { status: 400, title: 'The key server refused the sealed part', errorCode: 1900000 },
  'core/sealed-part-required': {
    status: 400,
    title: 'This app cannot make this change: it has no sealed part for the key server. Use a Cloister client',
  },
  'core/unauthenticated': { status: 401, title: 'The access token is not accepted' },
  'core/forbidden': { status: 403, title: 'The person may not do this' },
  'core/moderators-only': { status: 403, title: 'In this room only moderators may do this' },
  'core/not-for-machines': { status: 403, title: 'A machine account may not do this' },
  'core/lease-lost': { status: 409, title: 'This work is with somebody else, or decided already' },
  'core/function-off': { status: 403, title: 'The organisation has switched this function off' },
  'core/other-organisation': {
    status: 403,
    title: 'People of another organisation cannot be added yet',
    errorCode: 1403001,
  },
  'core/not-found': { status: 404, title: 'Not found' },
  'core/method-not-allowed': { status: 405, title: 'This address does not take this method' },
  'core/conflict': { status: 409, title: 'The room changed in the meantime', errorCode: 1409001 },
  'core/operation-refused': { status: 409, title: 'The change was refused and not applied' },
  'core/upload-gone': { status: 410, title: 'The upload address has expired or was used' },
  'core/too-large': { status: 413, title: 'The file is larger than the limit' },
  'core/unsupported-media': { status: 415, title: 'The body is of a type this address does not take' },
  'core/range-not-satisfiable': { status: 416, title: 'The file has no such range' },
  'core/too-many': { status: 429, title: 'Too many requests' },
  'core/internal': { status: 500, title: 'The server failed' },
  'core/unsupported': { status: 501, title: 'This server does not offer the operation' },
  'core/unavailable': { status: 503, title: 'The server cannot answer at the moment' },
  'core/kms-unavailable': { status: 503, title: "The organisation's key server is not connected" },
  'core/status-stale': { status: 503, title: 'Who may sign in cannot be checked at the moment' },

  'identity/invalid-request': { status: 400, title: 'The request is not valid' },
  'identity/invalid-credentials': { status: 401, title: 'The address or the password is not right' },
  'identity/invalid-token': { status: 401, title: 'The token is not accepted' },
  'identity/invalid-proof': { status: 400, title: 'The proof of possession does not hold' },
  'identity/invalid-client': { status: 401, title: 'The machine account or its key is not accepted' },
  'identity/function-off': { status: 403, title: 'The organisation has switched this function off' },
  'identity/insufficient-scope': { status: 403, title: 'The token does not carry the scope this needs' },
  'identity/forbidden': { status: 403, title: 'The person may not do this' },
  'identity/not-found': { status: 404, title: 'Not found' },
  'identity/conflict': { status: 409, title: 'It exists already' },
  'identity/too-many': { status: 429, title: 'Too many attempts: wait a little' },
  'identity/internal': { status: 500, title: 'The server failed' },
  'identity/unavailable': { status: 503, title: 'The server cannot answer at the moment' },

  'seal/open-failed': { status: 400, title: 'The sealed content cannot be opened' },
  'seal/malformed': { status: 400, title: 'The sealed content does not have the documented shape' },
  'seal/unsupported-algorithm': { status: 400, title: 'The sealed content uses an algorithm that is not allowed' },
  'seal/invalid-key': { status: 400, title: 'The key is not of the kind this needs' },
  'seal/invalid-signature': { status: 400, title: 'The signature does not verify' },
  'seal/invalid-certificate': { status: 400, title: 'The certificate is not accepted' },

  'channel/untrusted-answer': { status: 502, title: 'The answer is not one the key server gave to this request' },

  'hsm/unauthenticated': { status: 401, title: 'The key store does not accept the caller' },
  'hsm/invalid-request': { status: 400, title: 'The key store cannot read the request' },
  'hsm/not-found': { status: 404, title: 'The key store holds no such key' },
  'hsm/unwrap-failed': { status: 400, title: 'The wrapped key cannot be unwrapped' },
  'hsm/unavailable': { status: 503, title: 'The key store cannot answer at the moment' },
  'hsm/conflict': { status: 409, title: 'The key store already holds a key of that label' },
  'hsm/too-many': { status: 429, title: 'Too many requests to the key store' },
  'hsm/keystore-locked': { status: 500, title: 'The keystore file does not open with this PIN, or is damaged' },
  'hsm/keystore-changed': { status: 500, title: 'Somebody else changed the keystore file' },
  'hsm/internal': { status: 500, title: 'The key store failed' },

  'transcoder/unsupported': { status: 415, title: 'The file is no document that can be shown as pages' },
  'transcoder/too-large': { status: 413, title: 'The document is larger than can be shown as pages' },
  'transcoder/failed': { status: 422, title: 'The document cannot be converted: it may be damaged or need a password' },
  'transcoder/timed-out': { status: 422, title: 'The document takes too long to convert' },
  'transcoder/converter-missing': { status: 500, title: 'The programs that draw documents are not installed' },
  'transcoder/sandbox-unavailable': { status: 500, title: 'This machine does not let programs be run in a sandbox' },

  'config/unknown-key': { status: 500, title: 'The configuration names a setting that does not exist' },
  'config/invalid': { status: 500, title: 'The configuration is not valid' },
  'config/unreadable': { status: 500, title: 'A file named by the configuration cannot be read' },
  'config/insecure': { status: 500, title: 'The configuration would be unsafe' },

  'platform/at-rest': { status: 500, title: 'A stored record cannot be opened' },
  'platform/bad-gateway': { status: 502, title: 'The server behind this address broke off' },
  'platform/conflict': { status: 409, title: 'It exists already' },
  'platform/database': { status: 503, title: 'The database cannot answer' },
  'platform/function-off': { status: 403, title: 'The organisation has switched this function off' },
  'platform/insufficient-scope': { status: 403, title: 'The token does not carry the scope this needs' },
  'platform/internal': { status: 500, title: 'The server failed' },
  'platform/invalid-request': { status: 400, title: 'The request is not valid' },
  'platform/invalid-token': { status: 401, title: 'The token is not accepted' },
  'platform/migration': { status: 500, title: "The database's schema is not the one this program knows" },
  'platform/not-found': { status: 404, title: 'Not found' },
  'platform/socket': { status: 500, title: 'The server cannot listen at its address' },
  'platform/status-stale': { status: 503, title: 'Who may sign in cannot be checked at the moment' },
  'platform/timeout': { status: 408, title: 'The request took too long' },
  'platform/too-large': { status: 413, title: 'The request is larger than the limit' },
  'platform/unavailable': { status: 503, title: 'The server cannot answer at the moment' },
  'platform/unknown-origin': { status: 400, title: 'This server does not answer at this address' },
  'platform/unsupported-media': { status: 415, title: 'The body is of a type this address does not take' },

  'client/not-signed-in': { status: 401, title: 'Sign in first' },
  'client/roster-mismatch': { status: 409, title: 'Someone can read this room who is not in it' },
  'client/offline': { status: 503, title: 'The server cannot be reached' },
  'client/unreadable': { status: 502, title: 'The server answered something this client cannot read' },
  'client/cannot-open': { status: 422, title: 'This message cannot be decrypted' },
  'client/cancelled': { status: 499, title: 'The work was cancelled' },
  'client/invalid-request': { status: 400, title: 'The request is not valid' },
  'client/not-found': { status: 404, title: 'Not found here' },
  'client/storage': { status: 500, title: 'The local store failed' },
} as const satisfies Record<string, ErrorEntry>;

/** A stable error code, such as `kms/not-authorized`. */
export type ErrorCode = keyof typeof errorTable;

/** The row of a code. */
export const errorEntry = (code: ErrorCode): ErrorEntry => errorTable[code];
