import { CloisterError } from '@cloister/wire';

/** The one form of identity's sign-in page (identity's README, "Sign in without a browser"). */
export interface SignInForm {
  readonly action: string;
  readonly csrf: string;
}

/** Reads it from the page. @throws CloisterError `client/unreadable` */
export const parseSignInForm = (html: string): SignInForm => {
  const form = /<form\b[^>]*\bid="sign-in"[^>]*>[\s\S]*?<\/form>/.exec(html)?.[0] ?? '';
  const action = attribute(/<form\b[^>]*>/.exec(form)?.[0] ?? '', 'action');
  const csrf = attribute(/<input\b[^>]*\bname="csrf"[^>]*>/.exec(form)?.[0] ?? '', 'value');
  if (action === undefined || csrf === undefined) {
    throw new CloisterError('client/unreadable', { detail: 'no sign-in form' });
  }
  return { action, csrf };
};

const attribute = (tag: string, name: string): string | undefined => {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
  return value?.replace(/&(amp|quot|lt|gt|#39|#x27);/g, (_all, entity: string) => entities[entity] ?? '');
};

const entities: Readonly<Record<string, string>> = { amp: '&', quot: '"', lt: '<', gt: '>', '#39': "'", '#x27': "'" };
