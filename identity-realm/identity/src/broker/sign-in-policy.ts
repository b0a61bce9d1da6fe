import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';

const { base, Check } = interactionPolicy;

/** Whether a person may use the app that a code would be sent to. */
export type AppAdmits = (personId: string, redirectUri: string) => Promise<boolean>;

/**
 * When the sign-in page is shown although the browser is signed in already. There is no consent page: every client is the
 * deployment's own or registered by its operator.
 */
export const signInPolicy = (admits: AppAdmits): interactionPolicy.Prompt[] => {
  const policy = base();
  policy.remove('consent');
  const signIn = policy.get('login');
  // RFC 8252 §8.6: nothing proves which program listens on a loopback port, so a person must take part each time.
  signIn?.checks.add(
    new Check(
      'native_client',
      'a native client needs the person to sign in',
      ({ oidc }: KoaContextWithOIDC) => oidc.client?.applicationType === 'native' && oidc.result?.login === undefined,
    ),
  );
  signIn?.checks.add(
    new Check('other_organisation', 'the app belongs to another organisation', async ({ oidc }: KoaContextWithOIDC) => {
      const { accountId } = oidc.session ?? {};
      const redirectUri = oidc.params?.redirect_uri;
      if (accountId === undefined || typeof redirectUri !== 'string') return false;
      return !(await admits(accountId, redirectUri));
    }),
  );
  return policy;
};
