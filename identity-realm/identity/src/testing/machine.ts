import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { newProver } from './dpop.ts';
import { type IdentityUnderTest, origin } from './identity-under-test.ts';
import { oauth } from './sign-in.ts';

export const tokenEndpoint = `${origin}${oauth}/access_token`;
const jwtAssertion = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** A machine's key pair; the public half is what an administrator registers. */
export const newMachineKey = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { publicKey: publicKey.export({ format: 'jwk' }), privateKey };
};

export type MachineKeys = ReturnType<typeof newMachineKey>;

/** What a machine signs to prove itself (RFC 7523 §3); `claims` replace the good ones. */
export const assertionOf = (
  { privateKey }: MachineKeys,
  id: string,
  ms: number,
  claims: Record<string, unknown> = {},
  alg = 'ES256',
): Promise<string> => {
  const iat = Math.floor(ms / 1000);
  const good = { iss: id, sub: id, aud: tokenEndpoint, iat, exp: iat + 60, jti: randomUUID() };
  return new SignJWT({ ...good, ...claims }).setProtectedHeader({ alg }).sign(privateKey);
};

/** Asks for a token as a machine does. */
export const askAsMachine = (
  identity: IdentityUnderTest,
  assertion: string,
  { scope = 'spark:all', dpop, form = {} }: { scope?: string; dpop?: string; form?: Record<string, string> } = {},
) =>
  identity.client().ask(`${oauth}/access_token`, {
    form: {
      grant_type: 'client_credentials',
      client_assertion_type: jwtAssertion,
      client_assertion: assertion,
      scope,
      ...form,
    },
    headers: dpop === undefined ? {} : { dpop },
  });

/** A KMS token request with a proof of its own. */
export const askForKms = async (identity: IdentityUnderTest, keys: MachineKeys, id: string) => {
  const { jkt, prove } = await newProver();
  const dpop = await prove(tokenEndpoint, identity.clock.ms);
  const assertion = await assertionOf(keys, id, identity.clock.ms);
  return { jkt, answer: await askAsMachine(identity, assertion, { scope: 'spark:kms', dpop }) };
};
