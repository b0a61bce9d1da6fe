import type { Finished } from './machine-client.ts';

/** `PUT /functions/v1/work/<id>` (wires §10): files by their sealed reference, pages under the published names. */
export const workResult = (finished: Finished): object => {
  if (finished.state !== 'done') return finished;
  const { share, pages } = finished;
  return {
    state: 'done',
    encryptionKeyUrl: share.keyUri,
    object: {
      objectType: 'content',
      files: {
        items: share.files.map(({ scr }, index) => ({
          objectType: 'file',
          scr: scr.sealed,
          ...collection(pages.get(index) ?? []),
        })),
      },
    },
  };
};

const collection = (items: readonly object[]) =>
  items.length === 0
    ? {}
    : { transcodedCollection: { items: [{ objectType: 'transcodedContent', files: { items } }] } };
