import { EventEmitter } from 'node:events';
import { readCredential } from '@cloister/config';
import { type Database, openDatabase } from '@cloister/database';
import { openHealth } from '@cloister/health';
import { openHttp } from '@cloister/http';
import type { Log } from '@cloister/logging';
import { openRealmVerifier } from '@cloister/verify';
import { CloisterError, type EdPublicJwk, problemMediaType, type SessionId, toProblem } from '@cloister/wire';
import type { Provider } from 'oidc-provider';
import { withHeaders, withRefreshLifetime, withSignOut } from './broker/around.ts';
import { openProvider } from './broker/open-provider.ts';
import { signOutPages } from './broker/sign-out-pages.ts';
import type { IdentityConfig } from './config.ts';
import type { Context } from './context.ts';
import { publishOrganisations } from './directory/publish-organisations.ts';
import { publishRealms, withdrawOthers } from './directory/publish-realms.ts';
import { registeredRealms } from './directory/registered-realms.ts';
import { type PasswordCost, passwordCost } from './domain/password.ts';
import { openTxtLookup } from './domain-names/txt-lookup.ts';
import { administrationRoutes } from './http/administration-routes.ts';
import { caseRoutes } from './http/case-routes.ts';
import { domainRoutes } from './http/domain-routes.ts';
import { maxFormBytes } from './http/forms.ts';
import { functionRoutes } from './http/function-routes.ts';
import { invitationRoutes } from './http/invitation-routes.ts';
import { oauthRoutes } from './http/oauth-routes.ts';
import { peopleRoutes } from './http/people-routes.ts';
import { realmRoutes } from './http/realm-routes.ts';
import { signInRoutes } from './http/sign-in-routes.ts';
import { statusRoutes } from './http/status-routes.ts';
import { style, stylePath } from './pages/style.ts';
import { readAtRestKey } from './provision/at-rest-key.ts';
import { JoinedRealms, type KnownRealm } from './realms/joined-realms.ts';
import { appAdmission } from './sign-in/app-admission.ts';
import { openStatusWake } from './status/status-wake.ts';
import { forgetExpired } from './store/forget-expired.ts';
import { migrations } from './store/migrations.ts';
import { revokeSession } from './store/sessions.ts';
import { ensureKeys, privateKey, readKeys, type StoredKey } from './store/signing-keys.ts';
import { openTokenSigner } from './tokens/token-signer.ts';

/** A running identity server. `close` finishes what is under way. */
export interface Identity {
  /** Requests for the status feed that wait for news. */
  readonly waitingReaders: number;
  close(): Promise<void>;
}

/** What tests set; servers leave it out. */
export interface IdentityOptions {
  readonly log: Log;
  readonly now?: () => Date;
  readonly passwordCost?: PasswordCost;
}

const tidyEveryMs = 10 * 60 * 1000;

/** Opens the database, makes keys when there are none, and serves. @throws CloisterError `config/…`, `platform/…` */
export const openIdentity = async (config: IdentityConfig, options: IdentityOptions): Promise<Identity> => {
  const { log, now = () => new Date() } = options;
  const database = openDatabase({ ...config.database, name: 'identity', log });
  try {
    await database.migrate(migrations);
    return await serve(config, database, { log, now, passwordCost: options.passwordCost ?? passwordCost });
  } catch (error) {
    await database.close();
    throw error;
  }
};

const serve = async (
  config: IdentityConfig,
  database: Database,
  { log, now, passwordCost: cost }: Required<IdentityOptions>,
): Promise<Identity> => {
  const atRest = readAtRestKey(config.atRestKeyFile);
  await ensureKeys(database, atRest, now());
  const [tokenKeys, feedKeys, cookieKeys] = await Promise.all(
    (['token', 'feed', 'cookie'] as const).map((purpose) => readKeys(database, atRest, purpose)),
  );
  const realms = registeredRealms(config.realms);
  await database.transaction(async (transaction) => {
    await withdrawOthers(transaction, realms);
    await publishRealms(transaction, realms);
    await publishOrganisations(transaction);
  });
  const joined = new JoinedRealms(database);
  const context: Context = {
    config,
    database,
    signer: await openTokenSigner(config.issuer, tokenKeys ?? []),
    verifyRealm: openRealmVerifier<KnownRealm>({
      realms: config.realms,
      joined: (kmsHost) => joined.at(kmsHost),
      audience: 'identity',
    }),
    joined,
    realms,
    lookUpTxt: openTxtLookup(config.domains),
    formKey: newest(cookieKeys).secret,
    passwordCost: cost,
    log,
    now,
  };
  const admits = appAdmission(database, config.appDomains ?? {});
  const provider = openProvider({
    config,
    database,
    tokenKeys: tokenKeys ?? [],
    cookieKeys: cookieKeys ?? [],
    clientSecret: config.client && readCredential(config.client.secretFile).toString('utf8'),
    admits,
    pages: signOutPages,
    now,
  });
  surround(provider, context);

  const wake = openStatusWake(database, log);
  const feedKey = newest(feedKeys);
  const http = openHttp({
    socket: config.listen.socket,
    origins: config.origins,
    appOrigins: config.apps,
    log,
    shape: (error) => (error.status === 401 ? unauthenticated(error) : null),
  });
  const { app } = http;
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: maxFormBytes },
    (_, body, done) => done(null, body),
  );
  app.get(stylePath, (_, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=31536000, immutable').send(style),
  );
  // A connection kept alive past its last answer would hold the end up.
  let closing = false;
  app.addHook('onSend', async (_, reply) => {
    // Answers are about people and sign-ins: no cache keeps one unless it says so itself.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    if (closing) reply.header('connection', 'close');
  });
  signInRoutes(app, context, provider, admits);
  invitationRoutes(app, context);
  peopleRoutes(app, context);
  administrationRoutes(app, context);
  functionRoutes(app, context);
  caseRoutes(app, context);
  domainRoutes(app, context);
  const key = { kid: feedKey.kid, privateKey: privateKey(feedKey) };
  statusRoutes(app, context, { wake, key });
  realmRoutes(app, context, { ...key, publicJwk: feedKey.publicJwk as EdPublicJwk });
  oauthRoutes(app, context, provider);

  const tidy = setInterval(() => {
    forgetExpired(database, now()).catch((error: unknown) => log.failure('store.tidy-failed', error));
  }, tidyEveryMs);
  const health = await openHealth({
    socket: config.health.socket,
    ready: async () => ((await database.answers()) ? { ok: true, reasons: [] } : { ok: false, reasons: ['database'] }),
  });
  try {
    await http.listen();
  } catch (error) {
    clearInterval(tidy);
    await wake.close();
    await health.close();
    throw error;
  }
  return {
    get waitingReaders() {
      return wake.waiting;
    },
    close: async () => {
      closing = true;
      clearInterval(tidy);
      // Long polls end with what is known, so that closing need not wait for them.
      await wake.close();
      await http.close();
      await health.close();
      await database.close();
    },
  };
};

const surround = (provider: Provider, { config, database, log, now }: Context): void => {
  const targets = [...config.apps, 'http://127.0.0.1:*', 'http://[::1]:*'];
  provider.use(withHeaders(targets));
  provider.use(withRefreshLifetime);
  provider.use(
    withSignOut((grantId) =>
      database.transaction((transaction) => revokeSession(transaction, grantId as SessionId, now())),
    ),
  );
  provider.on('server_error', (_, error) => log.failure('oauth.failed', error));
  // Without a listener koa writes errors, whole, to standard error.
  EventEmitter.prototype.on.call(provider, 'error', (error: unknown) => log.failure('oauth.failed', error));
};

const newest = (keys: readonly StoredKey[] | undefined): StoredKey => {
  const [first] = keys ?? [];
  if (first === undefined) throw new CloisterError('identity/internal', { detail: 'a key is missing' });
  return first;
};

const unauthenticated = (error: CloisterError) => ({
  body: toProblem(error),
  contentType: problemMediaType,
  // RFC 6750 §3
  headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
});
