import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Closer to the end than this counts as being there. */
const nearEnd = 48;

export interface StickyScroll {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly atEnd: boolean;
  readonly onScroll: () => void;
  readonly toEnd: () => void;
  /** Brings an entry to the middle and the focus to it. */
  readonly toEntry: (entry: HTMLElement) => void;
}

/**
 * A box that stays at its end while things are added there, and keeps what is in view in its place when older things
 * are added above. `firstKey` names the first entry: a new one means that the box grew at the top. With `hasNewer` its end is
 * not the newest entry, and no place to stay at.
 */
export function useStickyScroll(
  firstKey: string | undefined,
  keys: ReadonlySet<string>,
  hasNewer: boolean,
): StickyScroll {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const before = useRef({ firstKey, height: 0 });
  const [atEnd, setAtEnd] = useState(true);

  const toEnd = useCallback(() => {
    stuck.current = true;
    setAtEnd(true);
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, []);

  const onScroll = useCallback(() => {
    if (!box.current) return;
    const { scrollHeight, scrollTop, clientHeight } = box.current;
    stuck.current = !hasNewer && scrollHeight - scrollTop - clientHeight < nearEnd;
    setAtEnd(stuck.current);
  }, [hasNewer]);

  const toEntry = useCallback((entry: HTMLElement) => {
    stuck.current = false;
    setAtEnd(false);
    entry.focus({ preventScroll: true });
    entry.scrollIntoView({ block: 'center' });
  }, []);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const old = before.current;
    const grewAbove = old.firstKey !== undefined && old.firstKey !== firstKey && keys.has(old.firstKey);
    if (stuck.current) element.scrollTop = element.scrollHeight;
    else if (grewAbove) element.scrollTop += element.scrollHeight - old.height;
    before.current = { firstKey, height: element.scrollHeight };
  });

  useEffect(() => {
    // Pictures, a growing composer and a turned phone change heights without a render here.
    const resized = new ResizeObserver(() => {
      if (!box.current) return;
      if (stuck.current) box.current.scrollTop = box.current.scrollHeight;
      before.current = { ...before.current, height: box.current.scrollHeight };
    });
    if (box.current) resized.observe(box.current);
    if (content.current) resized.observe(content.current);
    return () => resized.disconnect();
  }, []);

  return { box, content, atEnd, onScroll, toEnd, toEntry };
}
