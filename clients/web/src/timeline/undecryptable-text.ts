import type { UndecryptableReason } from '@cloister/sdk';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';

/** One reason on screen: what happened, what the program does about it, what a person can do. */
export interface UndecryptableText {
  readonly happened: MessageDescriptor;
  readonly weDo: MessageDescriptor;
  readonly youCan: MessageDescriptor;
}

/** In the place of `key-server-unreachable` where the key is at another organisation's key server, which one's own asks. */
export const peerUnreachable: UndecryptableText = {
  happened: msg`The key server of another organisation does not answer.`,
  weDo: msg`Your key server keeps asking it; the text appears here by itself.`,
  youCan: msg`You can go on reading what is open already. If this lasts, ask somebody there.`,
};

/** The closed list: every reason the sdk can give has its three sentences. */
export const undecryptableTexts: Readonly<Record<UndecryptableReason, UndecryptableText>> = {
  'not-yet-authorized': {
    happened: msg`The key server does not know you as a reader of this message yet.`,
    weDo: msg`We keep asking; the text appears here by itself.`,
    youCan: msg`If this lasts, ask the person who added you to add you again.`,
  },
  removed: {
    happened: msg`This was written after you were removed from the room.`,
    weDo: msg`The key server gives you no key for it.`,
    youCan: msg`Ask a member to add you again.`,
  },
  'key-server-sealed': {
    happened: msg`The key server’s main key is off.`,
    weDo: msg`We keep asking; the text appears here as soon as it is on again.`,
    youCan: msg`Only your organisation’s administrators can switch it on again.`,
  },
  'key-server-unreachable': {
    happened: msg`The key server does not answer.`,
    weDo: msg`We keep asking; the text appears here by itself.`,
    youCan: msg`You can go on reading and writing what is open already.`,
  },
  'outside-not-allowed': {
    happened: msg`Its author’s organisation and yours do not share messages at the moment.`,
    weDo: msg`We keep asking; the text appears here when both allow it again.`,
    youCan: msg`Administrators of both organisations decide about it; ask yours.`,
  },
  'key-destroyed': {
    happened: msg`The key of this message was destroyed, as your organisation’s rules say.`,
    weDo: msg`Nobody can read it any more.`,
    youCan: msg`Ask its author to write it again if you need it.`,
  },
  corrupt: {
    happened: msg`This message does not open with its key. It was damaged or changed on its way.`,
    weDo: msg`We do not show what we cannot prove.`,
    youCan: msg`Ask its author to send it again.`,
  },
  'other-room': {
    happened: msg`This message was sealed for another room and moved here by someone.`,
    weDo: msg`We do not show it, since its author never sent it here.`,
    youCan: msg`Tell your administrator; this should not happen.`,
  },
};
