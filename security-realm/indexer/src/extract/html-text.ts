import type { MarkupVisitor } from './read-markup.ts';
import type { TextCollector } from './text-collector.ts';

/** Tags inside a line of text; every other one separates what stands before it from what stands behind. */
const inLine = new Set(
  'a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q rb ruby s samp small span strike strong sub sup time tt u var wbr'.split(
    ' ',
  ),
);

/** What nobody reads. */
const unread = new Set(['iframe', 'noembed', 'noframes', 'script', 'style', 'template']);

/** How the word below is read out: it stands between the word's characters. */
const reading = new Set(['rp', 'rt', 'rtc']);

/** The text of an HTML page as a person sees it, one line for each block, into a collector. */
export function htmlText(collector: TextCollector): MarkupVisitor {
  let hidden: string | undefined;
  let depth = 0;
  let inReading = false;
  const separate = (name: string) => {
    if (reading.has(name) || inLine.has(name)) return;
    inReading = false;
    collector.add('\n');
  };
  return {
    open: (name) => {
      if (depth === 0 && unread.has(name)) hidden = name;
      if (name === hidden) depth++;
      if (depth > 0) return;
      // Its end is often left out; the next tag of another kind is one too.
      inReading = reading.has(name) || (inReading && name !== 'rb');
      separate(name);
    },
    close: (name) => {
      if (depth === 0) {
        if (reading.has(name) || name === 'ruby') inReading = false;
        separate(name);
      } else if (name === hidden && --depth === 0) hidden = undefined;
    },
    text: (text) => {
      if (depth === 0 && !inReading) collector.add(text);
    },
  };
}
