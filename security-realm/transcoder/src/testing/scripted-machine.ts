import type { MachineClient, SealedFile, Share } from '@cloister/sdk';
import { newContentKey } from '@cloister/seal';
import {
  type ActivityId,
  CloisterError,
  type CompactJwe,
  type ErrorCode,
  type KeyUri,
  newId,
  type ResourceUri,
  type RoomId,
  type Work,
  type WorkId,
} from '@cloister/wire';

type Line = Pick<MachineClient, 'contentKey' | 'download' | 'upload'>;

const uri = <T>(kind: string) => `kms://kms.acme.example/${kind}/${newId()}` as T;

/** A share of these files; each file's bytes, or what its download fails with, are in `answers` by position. */
export function sharedFiles(files: readonly Partial<SealedFile>[]): Share {
  const keyUri = uri<KeyUri>('keys');
  return {
    roomId: newId<RoomId>(),
    id: newId<ActivityId>(),
    keyUri,
    resourceUri: uri<ResourceUri>('resources'),
    files: files.map((file, index) => ({
      name: undefined,
      scr: { sealed: `scr-${index}`, keyUri },
      mimeType: 'application/octet-stream',
      size: 10,
      ...file,
    })),
  };
}

/** What a machine's line to the core was asked for; downloads answer by the file's sealed reference. */
export function scriptedMachine(answers: Readonly<Record<string, Uint8Array | ErrorCode>>) {
  const asked: string[] = [];
  const keys: { destroyed: boolean }[] = [];
  const line: Line = {
    contentKey: async (share, keyUri = share.keyUri) => {
      asked.push('key');
      const key = newContentKey(keyUri);
      const state = { destroyed: false };
      keys.push(state);
      const destroy = key.destroy.bind(key);
      key.destroy = () => {
        state.destroyed = true;
        destroy();
      };
      return { uri: keyUri, key, resourceUri: share.resourceUri } as Awaited<ReturnType<Line['contentKey']>>;
    },
    download: async (_key, { scr: { sealed } }) => {
      asked.push(`download ${sealed}`);
      const answer = answers[sealed];
      if (answer === undefined) throw new RangeError(`nothing scripted for ${sealed}`);
      if (typeof answer === 'string') throw new CloisterError(answer);
      return answer;
    },
    upload: async (_share, _key, { png, ...image }) => {
      asked.push(`upload ${Buffer.from(png).toString()}`);
      const url = `http://localhost/files/v1/files/${newId()}`;
      return { objectType: 'file', mimeType: 'image/png', fileSize: png.length, url, scr: 'page' as CompactJwe, image };
    },
  };
  return { line, asked, keys };
}

export const work = (): Work => ({ id: newId<WorkId>(), roomId: newId<RoomId>(), activityId: newId<ActivityId>() });
