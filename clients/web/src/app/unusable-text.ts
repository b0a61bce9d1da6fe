import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';

const texts: Readonly<Record<string, MessageDescriptor>> = {
  disabled: msg`The key is disabled at Amazon. Enable it in the AWS KMS console.`,
  'pending-deletion': msg`The key is scheduled for deletion at Amazon. Cancel the deletion in the AWS KMS console, then enable the key.`,
  'pending-import': msg`The key at Amazon has no key material yet. Import it in the AWS KMS console.`,
  'not-found': msg`Amazon knows no such key. Check the ARN; if the key was deleted at Amazon, it is lost.`,
  denied: msg`Amazon does not let your organisation’s account use the key. Make the grant, wait up to five minutes, and try again.`,
  'wrong-kind': msg`The key is of another kind. It has to be symmetric, for encrypting and decrypting.`,
};

/** Why Amazon does not let a main key be used, what to do about it, and which permissions are missing. */
export function useUnusableText(): (reason: string | undefined, missing?: readonly string[]) => string {
  const { t, i18n } = useLingui();
  return (reason = '', missing = []) => {
    const text = texts[reason];
    const sentence = text === undefined ? t`Amazon does not let this key be used (${reason}).` : t(text);
    if (missing.length === 0) return sentence;
    const names = new Intl.ListFormat(i18n.locale, { type: 'conjunction' }).format(missing);
    return t`${sentence} Missing permissions: ${names}.`;
  };
}
