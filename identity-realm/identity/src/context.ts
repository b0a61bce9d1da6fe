import type { Database } from '@cloister/database';
import type { Log } from '@cloister/logging';
import type { RealmVerifier } from '@cloister/verify';
import type { IdentityConfig } from './config.ts';
import type { RegisteredRealm } from './domain/directory.ts';
import type { PasswordCost } from './domain/password.ts';
import type { TxtLookup } from './domain-names/txt-lookup.ts';
import type { JoinedRealms, KnownRealm } from './realms/joined-realms.ts';
import type { TokenSigner } from './tokens/token-signer.ts';

/** What every route works with. */
export interface Context {
  readonly config: IdentityConfig;
  readonly database: Database;
  readonly signer: TokenSigner;
  readonly verifyRealm: RealmVerifier<KnownRealm>;
  /** Those that joined. */
  readonly joined: JoinedRealms;
  /** The key servers of the configuration. */
  readonly realms: readonly RegisteredRealm[];
  readonly lookUpTxt: TxtLookup;
  /** Key of the forms' hidden fields. */
  readonly formKey: Uint8Array;
  readonly passwordCost: PasswordCost;
  readonly log: Log;
  readonly now: () => Date;
}
