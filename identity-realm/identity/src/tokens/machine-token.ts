import type { Database } from '@cloister/database';
import { type AccessTokenClaims, CloisterError, isUuid, type MachineId, newId, type UserId } from '@cloister/wire';
import { decodeJwt, importJWK, type JWTPayload, jwtVerify } from 'jose';
import { SCOPE_ALL, SCOPE_KMS } from '../domain/scopes.ts';
import { isFunctionOn } from '../store/functions.ts';
import { findMachine, type Machine } from '../store/machines.ts';
import { machineSession } from '../store/sessions.ts';
import { useProof } from '../store/used-proofs.ts';
import { bindToKey } from './bind-to-key.ts';
import type { IssuedToken } from './reduce-scope.ts';
import type { TokenSigner } from './token-signer.ts';

/** Seconds that a machine's token lives. */
export const machineLifetime = 600;
/** Longest life of an assertion, and how far its clock may be ahead, in seconds. */
const assertionLifetime = 60;
const skew = 10;

/** A client-credentials request of a machine account, its form already parsed. */
export interface MachineRequest {
  /** The signed JWT by which the machine authenticates itself. */
  readonly assertion: string;
  /** `client_id`, when the form has one. */
  readonly clientId: string | undefined;
  readonly scope: string;
  /** The `DPoP` header, when there is one. */
  readonly proof: string | undefined;
  /** The address the request came to. */
  readonly url: string;
  readonly now: Date;
}

interface Parts {
  readonly database: Database;
  readonly signer: TokenSigner;
  readonly config: { readonly issuer: string };
}

/**
 * A token for a machine account, for one server and one purpose (R341): to the KMS bound to a key, or to the core.
 * @throws CloisterError `identity/invalid-client`, `identity/insufficient-scope`, `identity/invalid-proof`,
 *   `identity/function-off`
 */
export const issueMachineToken = async (parts: Parts, request: MachineRequest): Promise<IssuedToken> => {
  const { database, signer, config } = parts;
  const { scope, proof, url, now } = request;
  const machine = await authenticateMachine(parts, request);
  const audience = scope === SCOPE_KMS ? 'kms' : scope === SCOPE_ALL ? 'core' : undefined;
  if (audience === undefined) throw new CloisterError('identity/insufficient-scope');
  if (!(await isFunctionOn(database, machine))) throw new CloisterError('identity/function-off');
  if (proof === undefined && audience === 'kms') throw new CloisterError('identity/invalid-proof');
  const jkt = proof === undefined ? undefined : await bindToKey(database, audience, { proof, url, now });
  const sid = await database.transaction((transaction) =>
    machineSession(transaction, { sid: newId(), clientId: machine.id, at: now }),
  );
  const iat = Math.floor(now.getTime() / 1000);
  const claims: AccessTokenClaims = {
    iss: config.issuer,
    sub: machine.id as string as UserId,
    realm: machine.organisationId,
    sid,
    aud: audience,
    scope,
    purpose: machine.purpose,
    iat,
    exp: iat + machineLifetime,
    jti: newId(),
    client_id: machine.id,
    ...(jkt === undefined ? {} : { cnf: { jkt } }),
  };
  return { token: await signer.sign(claims), scope, expiresIn: machineLifetime, bound: jkt !== undefined };
};

/**
 * Whom an assertion proves, once: the list of RFC 7523 §3, where the client is issuer and subject.
 * @see {@link https://www.rfc-editor.org/rfc/rfc7523#section-3 RFC 7523 §3}
 */
const authenticateMachine = async ({ database, config }: Parts, request: MachineRequest): Promise<Machine> => {
  const { assertion, clientId, url, now } = request;
  const id = subjectOf(assertion);
  const machine = id === undefined ? null : await findMachine(database, id);
  if (id === undefined || machine?.active !== true || (clientId !== undefined && clientId !== id)) throw refused();
  const { jti, aud, iat, exp } = await verified(assertion, machine, now);
  // One audience: an assertion that is good elsewhere too could be brought here by whoever gets it there.
  if (aud !== url && aud !== config.issuer) throw refused();
  if (typeof jti !== 'string' || jti === '' || jti.length > 256) throw refused();
  const [from, until] = [Number(iat), Number(exp)];
  if (until - from > assertionLifetime || from > now.getTime() / 1000 + skew) throw refused();
  if (!(await useProof(database, `machine ${id} ${jti}`, new Date(until * 1000)))) throw refused();
  return machine;
};

const verified = async (assertion: string, { id, publicKey }: Machine, now: Date): Promise<JWTPayload> => {
  const key = await importJWK(publicKey, 'ES256');
  try {
    const { payload } = await jwtVerify(assertion, key, {
      issuer: id,
      subject: id,
      algorithms: ['ES256'],
      currentDate: now,
      requiredClaims: ['iat', 'exp', 'aud', 'jti'],
    });
    return payload;
  } catch {
    throw refused();
  }
};

/** The machine that an assertion is about, not yet believed. */
const subjectOf = (assertion: string): MachineId | undefined => {
  try {
    const { sub } = decodeJwt(assertion);
    return isUuid(sub) ? (sub as MachineId) : undefined;
  } catch {
    return undefined;
  }
};

// Whatever is wrong, the sender learns only that it is not accepted: neither which machines exist nor which were removed.
const refused = (): CloisterError => new CloisterError('identity/invalid-client');
