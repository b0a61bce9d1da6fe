/** What a message can have, as in `has:image`. */
export const hasWhat = ['file', 'image', 'video', 'audio', 'document', 'link'] as const;

export type Has = (typeof hasWhat)[number];

const media = /^\s*(image|video|audio)\//i;
const link = /https?:\/\//i;

/** What a file of a media type is: a document if it is neither image nor video nor audio, or of no known type. */
export const mediaOf = (mimeType: string | undefined): Has =>
  (media.exec(mimeType ?? '')?.[1]?.toLowerCase() as Has | undefined) ?? 'document';

/** What a message with files of these media types has; `link` is seen in its text by whoever reads that. */
export const hasOf = (mimeTypes: readonly (string | undefined)[]): ReadonlySet<Has> =>
  new Set(mimeTypes.length === 0 ? [] : ['file', ...mimeTypes.map(mediaOf)]);

/** Whether a text of a message names an address of the web. */
export const hasLink = (text: string): boolean => link.test(text);
