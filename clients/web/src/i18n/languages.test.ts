import { expect, it } from 'vitest';
import { chooseLanguage } from './languages.ts';

it.each([
  ['ja', ['en-GB'], 'ja'],
  [null, ['ja-JP', 'en'], 'ja'],
  [null, ['fi', 'ja', 'en'], 'ja'],
  [null, ['fi'], 'en'],
  ['klingon', ['ja'], 'ja'],
  [null, [], 'en'],
])('starts with remembered %s and preferred %s in %s', (remembered, preferred, language) => {
  expect(chooseLanguage(remembered, preferred)).toBe(language);
});
