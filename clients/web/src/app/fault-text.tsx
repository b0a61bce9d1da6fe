import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import type { Fault } from './fault.ts';

/** What happened and what a person can do, for the codes a person can meet; the rest get the last row. */
const sentences: Partial<Record<Fault['code'], MessageDescriptor>> = {
  'client/offline': msg`The server cannot be reached. Check your connection and try again.`,
  'client/not-signed-in': msg`You are signed out. Sign in again to go on.`,
  'client/roster-mismatch': msg`Someone can read this room who is not in it, so nothing was sent. Ask your administrator before you go on.`,
  'client/storage': msg`This browser does not let Cloister keep anything. Leave private browsing or allow storage for this site, then reload.`,
  'client/unreadable': msg`The server answered something this version cannot read. Reload the page to get the newest version.`,
  'core/other-organisation': msg`This person belongs to another organisation. Rooms across organisations are not possible yet.`,
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
  'identity/invalid-request': msg`Check what you typed and try again.`,
  'kms/not-authorized': msg`The key server does not let you do this in this room.`,
  'kms/moderators-only': msg`In this room only moderators can change the title and who is in it. Ask one of them.`,
  'kms/revoked': msg`Your organisation has locked its keys. Only its key administrators can open them again.`,
  'kms/timeout': msg`The key server did not answer. Nothing was changed; try again.`,
  'kms/unavailable': msg`The key server cannot answer at the moment. Nothing was changed; try again.`,
  'kms/invalid-certificate': msg`The key server could not prove its name, so nothing was sent to it. Tell your administrator.`,
};

/** The sentence for a fault. */
export function useFaultText(): (fault: Fault) => string {
  const { t } = useLingui();
  return (fault) => {
    const sentence = sentences[fault.code];
    const code = fault.code;
    return sentence === undefined ? t`Something went wrong (${code}). Nothing was changed; try again.` : t(sentence);
  };
}
