import { type PrivateKey, signCompact } from '@cloister/seal';
import type { MachineId } from '@cloister/wire';

/** docs/wires.md §10: at most 60 s. */
const life = 60;

/**
 * How a machine proves who it is at the token endpoint, without its key leaving it.
 * @see {@link https://www.rfc-editor.org/rfc/rfc7523#section-3 RFC 7523 §3}
 */
export const clientAssertion = (
  key: PrivateKey,
  claims: { readonly machineId: MachineId; readonly audience: string; readonly id: string; readonly now: number },
): Promise<string> => {
  const iat = Math.floor(claims.now / 1000);
  const { machineId, audience, id } = claims;
  return signCompact(
    { key, alg: 'ES256', header: { typ: 'JWT', kid: undefined } },
    JSON.stringify({ iss: machineId, sub: machineId, aud: audience, jti: id, iat, exp: iat + life }),
  );
};
