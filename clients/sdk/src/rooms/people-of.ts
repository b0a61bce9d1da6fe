import { type Activity, type KeyUri, maxSealedProfiles, parseInstanceUri } from '@cloister/wire';
import { textOf } from '../json.ts';
import type { SealedText } from './log-entry.ts';

const verbs = ['post', 'share', 'add', 'create'];

/** What an entry says of people, sealed under its own key, or under the one it names where it has none (wires §13). */
export const peopleOf = ({ verb, cloister, encryptionKeyUrl }: Activity): SealedText | undefined => {
  const sealed = textOf(cloister, 'people');
  if (sealed === undefined || sealed.length > maxSealedProfiles || !verbs.includes(verb)) return undefined;
  const keyUri = encryptionKeyUrl ?? namedKey(cloister?.key);
  return keyUri === undefined ? undefined : { sealed, keyUri };
};

const namedKey = (uri: unknown): KeyUri | undefined => {
  try {
    return parseInstanceUri(uri, 'keys');
  } catch {
    return undefined;
  }
};
