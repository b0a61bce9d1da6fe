import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import type { Fault } from './fault.ts';
import { useUnusableText } from './unusable-text.ts';

/** What happened and what a person can do, for the codes a person can meet; the rest get the last row. */
const sentences: Partial<Record<Fault['code'], MessageDescriptor>> = {
  'client/offline': msg`The server cannot be reached. Check your connection and try again.`,
  'client/not-signed-in': msg`You are signed out. Sign in again to go on.`,
  'client/roster-mismatch': msg`Someone can read this room who is not in it, so nothing was sent. Ask your administrator before you go on.`,
  'client/storage': msg`This browser does not let Cloister keep anything. Leave private browsing or allow storage for this site, then reload.`,
  'client/unreadable': msg`The server answered something this version cannot read. Reload the page to get the newest version.`,
  'core/other-organisation': msg`This person’s organisation has no key server that yours knows, so nobody was added. It can be met once it has proved its domain and its key server is connected.`,
  'core/not-found': msg`This room does not exist any more, or you are no longer in it.`,
  'core/conflict': msg`The room changed at the same moment. Look again and repeat it if it is still needed.`,
  'core/operation-refused': msg`The key server refused the change, so nothing was changed. Try again.`,
  'core/kms-refused': msg`The key server refused the change, so nothing was changed. Try again.`,
  'core/kms-unavailable': msg`Your organisation’s key server is not connected. Nothing was changed; try again in a moment.`,
  'core/status-stale': msg`The server cannot check who may sign in at the moment. Try again in a minute.`,
  'core/too-large': msg`The file is larger than 100 MB. Choose a smaller one.`,
  'core/too-many': msg`Too many requests. Wait a moment and try again.`,
  'core/unavailable': msg`The server cannot answer at the moment. Try again in a minute.`,
  'core/moderators-only': msg`In this room only moderators can change the title and who is in it. Ask one of them.`,
  'core/function-off': msg`Your organisation has switched this function off. Ask an administrator if you need it.`,
  'core/forbidden': msg`You are not allowed to do this in this room.`,
  'identity/too-many': msg`Too many requests. Wait a moment and try again.`,
  'identity/conflict': msg`Someone with this e-mail address exists already.`,
  'identity/forbidden': msg`You are not allowed to do this.`,
  'identity/domain-not-proven': msg`The record was not found, so nothing was changed. DNS can take an hour or more to show a new record; check its name and value, and try again later.`,
  'identity/domain-taken': msg`Another organisation has proved this domain, so nothing was changed. If it is yours, ask whoever runs this installation.`,
  'identity/domain-in-use': msg`E-mail addresses of your people or your key server lie under this domain, so it stays. Change those first.`,
  'identity/invalid-request': msg`Check what you typed and try again.`,
  'kms/not-authorized': msg`The key server does not let you do this in this room.`,
  'kms/moderators-only': msg`In this room only moderators can change the title and who is in it. Ask one of them.`,
  'kms/revoked': msg`Your organisation’s main key is off, so nothing can be made or read, and nothing was changed. Only its administrators can switch the key on again.`,
  'kms/outside-not-allowed': msg`Your organisation or the other one does not let its people share rooms with the other, so nothing was changed. What you have read stays. Administrators of both decide about it.`,
  'kms/no-federation': msg`Your organisation’s key server is not set up to meet those of others, so nothing was changed. Tell your administrator.`,
  'kms/peer-unknown': msg`Your organisation’s key server does not know the other one’s, so nothing was changed. It can be met once its organisation has proved its domain.`,
  'kms/peer-unreachable': msg`The other organisation’s key server does not answer. Nothing was changed; try again in a moment. If this lasts, ask somebody there.`,
  'kms/peer-lost': msg`The connection to the other organisation’s key server broke before it answered, so we do not know yet whether it agreed. It is asked again; look here in a moment before you repeat anything.`,
  'kms/peer-refused': msg`The other organisation’s key server does not take part at the moment. Nothing was changed; try again later, or ask somebody there.`,
  'kms/peer-untrusted': msg`The other organisation’s key server could not prove who it is, so it was told nothing and nothing was changed. Tell your administrator.`,
  'kms/peer-broken': msg`The other organisation’s key server answered something that yours does not accept. Nothing was changed; tell your administrator.`,
  'kms/timeout': msg`The key server did not answer. Nothing was changed; try again.`,
  'kms/unavailable': msg`The key server cannot answer at the moment. Nothing was changed; try again.`,
  'kms/conflict': msg`The keys changed in the meantime, so nothing was changed. Look again and repeat it if it is still needed.`,
  'kms/invalid-master-key': msg`The key store could not validate this key, so nothing was changed. It has to be 32 random bytes that are not in use here yet, encrypted with the public key of this page: RSA-OAEP with SHA-256. Encrypt it again and upload that file.`,
  'kms/pending-exists': msg`A key is pending already, so nothing was added. Activate or remove that one first.`,
  'kms/reactivate-first': msg`The main key is off, so nothing was changed. Activate it again first.`,
  'kms/not-active': msg`Only the active key can be revoked. Nothing was changed.`,
  'kms/revoke-first': msg`Only a revoked key can be deleted. Nothing was changed; revoke it first.`,
  'kms/original-key-required': msg`This is not the original key, so nothing was changed. Look for the backup whose check value is the one on this page.`,
  'kms/key-gone': msg`The 30 days are over and the key is destroyed. Upload the original key again from your backup.`,
  'kms/version-mismatch': msg`Somebody else changed this at the same moment, so nothing was changed. Look again before you decide.`,
  'kms/not-an-arn': msg`This is not the ARN of a key in AWS KMS, so nothing was added. Copy it from the AWS KMS console: it begins with arn:aws:kms and has :key/ in it.`,
  'kms/no-aws': msg`This key server has no account at Amazon for your organisation. Ask whoever runs it to configure one.`,
  'kms/unsupported': msg`This key server does not offer that. Nothing was changed.`,
  'kms/too-many': msg`Too many requests. Wait a moment and try again.`,
  'kms/invalid-certificate': msg`The key server could not prove its name, so nothing was sent to it. Tell your administrator.`,
};

/** The sentence for a fault. */
export function useFaultText(): (fault: Fault) => string {
  const { t } = useLingui();
  const unusableText = useUnusableText();
  return (fault) => {
    if (fault.code === 'kms/key-unusable') return unusableText(fault.reason, fault.missing);
    const sentence = sentences[fault.code];
    const code = fault.code;
    return sentence === undefined ? t`Something went wrong (${code}). Nothing was changed; try again.` : t(sentence);
  };
}
