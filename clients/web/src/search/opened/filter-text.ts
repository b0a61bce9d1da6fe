import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';

const texts: Readonly<Record<string, MessageDescriptor>> = {
  from: msg`a person`,
  in: msg`a room`,
  has: msg`a kind of file, or a link`,
  before: msg`a day, such as 2026-11-22`,
  after: msg`a day, such as 2026-11-22`,
  on: msg`a day, today or yesterday`,
  'has:file': msg`any file`,
  'has:image': msg`a picture`,
  'has:video': msg`a video`,
  'has:audio': msg`a sound`,
  'has:document': msg`a document`,
  'has:link': msg`an address of a web page`,
};

/** What a filter keeps to. */
export function useFilterText(): (filter: string) => string {
  const { t } = useLingui();
  return (filter) => {
    const text = texts[filter];
    return text === undefined ? '' : t(text);
  };
}
