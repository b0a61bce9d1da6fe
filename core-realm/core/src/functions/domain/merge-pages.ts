import { CloisterError, type FileId, isUuid, type TranscodedPage, type WorkResult } from '@cloister/wire';

type Done = Extract<WorkResult, { state: 'done' }>;

/** As the parser of activities let a share in, or as this file made one of it. */
interface StoredContent {
  readonly files: {
    readonly items: readonly {
      readonly scr?: string;
      readonly transcodedCollection?: { readonly items: readonly { readonly files: { items: TranscodedPage[] } }[] };
    }[];
  };
}

export interface PageFile {
  readonly id: FileId;
  readonly size: number;
}

/**
 * The share's object with the pages of its files: the share as its author sent it, so that a machine adds pages and
 * changes nothing.
 * @throws CloisterError `core/invalid-request` when the result is of another share
 */
export const mergePages = (share: string, { object }: Done): string => {
  const content = JSON.parse(share) as StoredContent;
  const { items } = content.files;
  const found = object.files.items;
  if (items.length !== found.length || items.some(({ scr }, index) => scr !== found[index]?.scr)) {
    throw new CloisterError('core/invalid-request', { detail: 'The result is of another share.' });
  }
  const merged = items.map(({ transcodedCollection: _, ...item }, index) => {
    const collection = found[index]?.transcodedCollection;
    return collection === undefined ? item : { ...item, transcodedCollection: collection };
  });
  return JSON.stringify({ ...content, files: { ...content.files, items: merged } });
};

/** @throws CloisterError `core/invalid-request` for a page without an address, or one named twice */
export const pagesOfResult = ({ object }: Done): PageFile[] => {
  const pages = pagesOf(object);
  const ids = pages.map(({ url }) => idOf(url));
  if (!ids.every(isUuid) || new Set(ids).size !== ids.length) {
    throw new CloisterError('core/invalid-request', { detail: 'A page is not one of the machine’s own uploads.' });
  }
  return pages.map(({ fileSize }, index) => ({ id: ids[index] as FileId, size: fileSize }));
};

/** The page files that a stored entry names. */
export const pageIdsOf = (object: string): FileId[] =>
  pagesOf(JSON.parse(object) as StoredContent)
    .map(({ url }) => idOf(url))
    .filter(isUuid) as FileId[];

const pagesOf = ({ files }: Done['object'] | StoredContent): TranscodedPage[] =>
  files.items.flatMap((file) => file.transcodedCollection?.items.flatMap((item) => item.files.items) ?? []);

const idOf = (url: string) => url.slice(url.lastIndexOf('/') + 1);
