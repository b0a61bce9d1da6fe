import type { FileView } from '@cloister/sdk';
import type { RoomId } from '@cloister/wire';
import { useEffect, useRef, useState } from 'react';
import { type Fault, faultOf } from '../app/fault.ts';
import { useClient } from '../state/client-context.tsx';
import { saveBlob } from './save-blob.ts';

export type DownloadState = { state: 'idle' } | { state: 'running'; share: number } | { state: 'failed'; fault: Fault };

/** Downloads, opens and saves one file; `cancel` stops it. Leaving the room stops it too. */
export function useDownload(roomId: RoomId, file: FileView, name: string) {
  const client = useClient();
  const [download, setDownload] = useState<DownloadState>({ state: 'idle' });
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);

  const start = async () => {
    const controller = new AbortController();
    stop.current = controller;
    setDownload({ state: 'running', share: 0 });
    try {
      const blob = await client.download(roomId, file, {
        signal: controller.signal,
        onProgress: ({ done, total }) => setDownload({ state: 'running', share: total === 0 ? 0 : done / total }),
      });
      saveBlob(blob, name);
      setDownload({ state: 'idle' });
    } catch (error) {
      setDownload(controller.signal.aborted ? { state: 'idle' } : { state: 'failed', fault: faultOf(error) });
    }
  };
  return { download, start, cancel: () => stop.current?.abort() };
}
