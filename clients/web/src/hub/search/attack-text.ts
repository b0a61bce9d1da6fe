import type { IndexFigures } from '@cloister/wire';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';

const texts: Readonly<Record<string, MessageDescriptor>> = {
  'frequency: top 20': msg`Knows how often words are used at large: share of the 20 most frequent words that it names.`,
  'frequency: mass': msg`Knows how often words are used at large: share of everything in the index that it names.`,
  'frequency by density: mass': msg`Knows that too, and how the index is made: share of everything in the index that it names.`,
  'known documents: unseen mass': msg`Knows the text of one message in ten: share of the other messages’ words that it names.`,
  'known documents and searches: unseen mass': msg`Knows one message in ten and watched 100 searches: share of the other messages’ words that it names.`,
  'file injection: later mass': msg`Is in the room and sent messages made for the attack: share of later words that it names. Little helps against this one.`,
};

/** One sentence on what an attacker has, and what the share is of. */
export function useAttackText(): (attack: IndexFigures['attacks'][number]) => string {
  const { t } = useLingui();
  return ({ name, measure }) => {
    const key = `${name}: ${measure}`;
    const text = texts[key];
    return text === undefined ? key : t(text);
  };
}
