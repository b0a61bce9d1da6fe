import { idOf, type MasterKeyOverview, type MasterKeyUri, type MasterKeyView } from '@cloister/wire';
import { Failure, usageFailure } from '../failure.ts';

/** What people call a main key by, and type before they do something dangerous to it. */
export const shortId = (uri: MasterKeyUri | 'default'): string => (uri === 'default' ? uri : idOf(uri).slice(0, 8));

/** A main key by its short id, its id or its uri. */
export const findKey = ({ keys }: MasterKeyOverview, wanted: string | undefined, example: string): MasterKeyView => {
  if (wanted === undefined) throw usageFailure('which main key?', `${example}; cloister key list tells`);
  const lower = wanted.toLowerCase();
  const found = keys.filter(({ uri }) => [uri, idOf(uri), shortId(uri)].includes(lower));
  const [only, second] = found;
  if (only === undefined) {
    throw new Failure('kms/not-found', `your organisation has no main key "${wanted}"`, { hint: 'cloister key list' });
  }
  if (second !== undefined) {
    throw new Failure('client/invalid-request', `several main keys begin with "${wanted}"`, {
      hint: `one of: ${found.map(({ uri }) => idOf(uri)).join(', ')}`,
    });
  }
  return only;
};
