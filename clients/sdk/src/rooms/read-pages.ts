import type { Activity, ReadableFile } from '@cloister/wire';
import type { LogBody, SealedPage } from './log-entry.ts';

/** The pages that an `update` by a transcoder brings for the files of a share (wires §10), by their place in it. */
export const readPages = ({ parent, encryptionKeyUrl: keyUri }: Activity, files: readonly ReadableFile[]): LogBody => {
  if (parent?.type !== 'transcode' || keyUri === undefined) return { kind: 'unknown' };
  const pages = files.map(({ transcodedCollection }): readonly SealedPage[] =>
    (transcodedCollection?.items ?? []).flatMap((content) =>
      content.files.items.map(({ scr, mimeType, fileSize, image: { width, height } }) => ({
        name: undefined,
        scr: { sealed: scr, keyUri },
        mimeType,
        size: fileSize,
        width,
        height,
      })),
    ),
  );
  return { kind: 'pages', target: parent.id, pages };
};
