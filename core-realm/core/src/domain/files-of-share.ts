import { type FileId, isUuid } from '@cloister/wire';

/** The addresses that the parser of activities let into a share (kms.md §2); the core reads nothing else of it. */
interface Share {
  readonly files?: {
    readonly items?: readonly { readonly url?: string; readonly image?: { readonly url?: string } }[];
  };
}

/** The files that a stored entry names, previews among them. Whether they are its author's is the store's to say. */
export const filesOfShare = (object: string): FileId[] => {
  const { files } = JSON.parse(object) as Share;
  const urls = (files?.items ?? []).flatMap(({ url, image }) => [url, image?.url]);
  const ids = urls.map((url) => url?.slice(url.lastIndexOf('/') + 1));
  return [...new Set(ids.filter((id): id is FileId => isUuid(id)))];
};
