import type { MasterKeyState } from '@cloister/wire';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';

/** A key's state in one word, and what it means for the organisation. */
export const keyStateTexts: Readonly<Record<MasterKeyState, { name: MessageDescriptor; meaning: MessageDescriptor }>> =
  {
    pending: {
      name: msg`Pending`,
      meaning: msg`Stored, and not used for anything until you activate it.`,
    },
    active: {
      // Of people the same English word is another in other languages.
      name: msg({ context: 'main key', message: 'Active' }),
      meaning: msg`Protects every other key of your organisation.`,
    },
    rotation: {
      name: msg`Rotation`,
      meaning: msg`Still needed for what is not under the new key yet. Do not delete or disable it before it is gone from here.`,
    },
    retired: {
      name: msg`Retired`,
      meaning: msg`Protects nothing any more. It is removed by itself.`,
    },
    revoked: {
      name: msg`Revoked`,
      meaning: msg`Nothing of your organisation can be decrypted until you activate it again.`,
    },
    'locally-revoked': {
      name: msg`Locally revoked`,
      meaning: msg`Cloister does not use this key, whatever Amazon allows, until you activate it again.`,
    },
    'revoked-by-amazon': {
      name: msg`Revoked by Amazon`,
      meaning: msg`Amazon does not let Cloister use this key. We ask again every minute; as soon as Amazon allows it, the key is active again.`,
    },
    deleted: {
      name: msg`Deleted`,
      meaning: msg`Nothing of your organisation can be decrypted. You can still bring the key back.`,
    },
    removed: {
      name: msg`Removed`,
      meaning: msg`The key server has no copy of this key any more.`,
    },
  };
