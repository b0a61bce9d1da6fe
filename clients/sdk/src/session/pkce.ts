import { base64url } from '@cloister/wire';

/** PKCE pair (RFC 7636 §4): the verifier stays here, the S256 challenge travels. */
export interface Pkce {
  readonly verifier: string;
  readonly challenge: string;
}

export const newPkce = async (): Promise<Pkce> => {
  const verifier = base64url.encode(crypto.getRandomValues(new Uint8Array(32)));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  return { verifier, challenge: base64url.encode(new Uint8Array(digest)) };
};
