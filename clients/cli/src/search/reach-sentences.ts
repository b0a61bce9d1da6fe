import type { SearchSnapshot } from '@cloister/sdk';
import { minuteText } from '../minute-text.ts';

/** How far a search reached, so that nothing found is never said of what was not looked at. */
export const reachSentences = (
  { hits, reach, unopened }: Pick<SearchSnapshot, 'hits' | 'reach' | 'unopened'>,
  more: boolean,
): string[] => {
  const { lagging = 0, missing = 0, unsearched = 0, since } = reach ?? {};
  const isWhole = reach !== undefined && lagging === 0 && missing === 0 && unsearched === 0;
  return [
    ...(hits.length === 0 ? [isWhole ? 'nothing is found' : 'nothing is found so far'] : []),
    ...(lagging === 0
      ? []
      : [
          `${rooms(lagging)} ${lagging === 1 ? 'has' : 'have'} messages that cannot be found yet${sinceText(since)}: they are being indexed`,
        ]),
    ...(missing === 0 ? [] : [`${rooms(missing)} ${missing === 1 ? 'is' : 'are'} not indexed yet`]),
    ...(unsearched === 0
      ? []
      : [`${rooms(unsearched)} could not be searched now: the key server of another organisation is out of reach`]),
    ...(unopened === 0
      ? []
      : [`${unopened} that may match cannot be opened: cloister room show <room> tells who can read it`]),
    ...(more ? ['there are older ones: --limit <n> shows more'] : []),
  ];
};

const rooms = (count: number): string => (count === 1 ? '1 room' : `${count} rooms`);
const sinceText = (since: string | undefined): string => (since === undefined ? '' : `, from ${minuteText(since)} on`);
