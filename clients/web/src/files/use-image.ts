import type { FileView } from '@cloister/sdk';
import type { RoomId } from '@cloister/wire';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useClient } from '../state/client-context.tsx';
import { asImage } from './raster-type.ts';

/** A decrypted image as an address within this page; `none` when it cannot be shown as one. */
export type ImageState = { state: 'loading' } | { state: 'shown'; url: string } | { state: 'none' };

/** Fetches and opens an image once its place comes near the visible part, and forgets it when the place goes. */
export function useImage(roomId: RoomId, file: FileView): [RefObject<HTMLDivElement | null>, ImageState] {
  const client = useClient();
  const place = useRef<HTMLDivElement>(null);
  const [image, setImage] = useState<ImageState>({ state: 'loading' });
  // The file's id names it for ever; its view object is made anew on every change around it.
  const current = useRef(file);
  current.current = file;

  useEffect(() => {
    const stop = new AbortController();
    let url: string | undefined;
    const load = async () => {
      const blob = await client
        .download(roomId, current.current, { signal: stop.signal })
        .then(asImage, () => undefined);
      if (stop.signal.aborted) return;
      if (blob !== undefined) url = URL.createObjectURL(blob);
      setImage(url === undefined ? { state: 'none' } : { state: 'shown', url });
    };
    const near = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        near.disconnect();
        void load();
      },
      { rootMargin: '400px' },
    );
    if (place.current) near.observe(place.current);
    return () => {
      near.disconnect();
      stop.abort();
      if (url !== undefined) URL.revokeObjectURL(url);
    };
  }, [client, roomId, file.id]);

  return [place, image];
}
