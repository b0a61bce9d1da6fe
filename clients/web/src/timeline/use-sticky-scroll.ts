import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Closer to the end than this counts as being there. */
const nearEnd = 48;

export interface StickyScroll {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly atEnd: boolean;
  readonly onScroll: () => void;
  readonly toEnd: () => void;
}

/**
 * A box that stays at its end while things are added there, and keeps what is in view in its place when older things
 * are added above. `firstKey` names the first entry: a new one means that the box grew at the top.
 */
export function useStickyScroll(firstKey: string | undefined, keys: ReadonlySet<string>): StickyScroll {
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
    stuck.current = scrollHeight - scrollTop - clientHeight < nearEnd;
    setAtEnd(stuck.current);
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

  return { box, content, atEnd, onScroll, toEnd };
}
