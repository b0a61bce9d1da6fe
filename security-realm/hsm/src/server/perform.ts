import type { Keystore } from '../keystore/keystore.ts';
import type { HsmRequest } from '../protocol/messages.ts';

const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64');

/** One request against the keystore; the result is the answer's `result`. Throws `hsm/…` errors only. */
export const perform = (keystore: Keystore, request: HsmRequest): Record<string, unknown> => {
  switch (request.op) {
    case 'ensureKey':
      return keystore.ensureKey(request.organisationId, request.purpose, request.label);
    case 'createKey':
      return keystore.createKey(request.organisationId, request.purpose, request.label);
    case 'addVersion':
      return keystore.addVersion(request.keyId);
    case 'wrap': {
      const { wrapped, version } = keystore.wrap(request.keyId, bytes(request.plaintext), bytes(request.aad));
      return { wrapped: wrapped.toString('base64'), version };
    }
    case 'unwrap': {
      const plaintext = keystore.unwrap(request.keyId, request.version, bytes(request.wrapped), bytes(request.aad));
      return { plaintext: plaintext.toString('base64') };
    }
    case 'describe':
      return keystore.describe(request.keyId);
    case 'destroy':
      keystore.destroy(request.keyId);
      return {};
  }
};
