import { describe, expect, it } from 'vitest';
import { reachSentences } from './reach-sentences.ts';
import { snippet } from './snippet.ts';

const whole = { rooms: 4, lagging: 0, missing: 0, unsearched: 0 };

describe('a search on the command line', () => {
  it('says that nothing is found only when everything was looked at', () => {
    expect(reachSentences({ hits: [], reach: whole, unopened: 0 }, false)).toEqual(['nothing is found']);
    expect(reachSentences({ hits: [], unopened: 0 }, false)).toEqual(['nothing is found so far']);
    const reach = { rooms: 4, lagging: 1, since: '2026-11-22T10:30:00.000Z', missing: 2, unsearched: 1 };
    expect(reachSentences({ hits: [], reach, unopened: 3 }, true)).toEqual([
      'nothing is found so far',
      '1 room has messages that cannot be found yet, from 2026-11-22 10:30 on: they are being indexed',
      '2 rooms are not indexed yet',
      '1 room could not be searched now: the key server of another organisation is out of reach',
      '3 that may match cannot be opened: cloister room show <room> tells who can read it',
      'there are older ones: --limit <n> shows more',
    ]);
  });

  it('shows the text around what was found, in one line, and cuts no character', () => {
    expect(snippet({ text: 'Lunch\nat  noon', highlights: [[0, 5]] })).toBe('Lunch at noon');
    const long = `${'あ'.repeat(300)}会議${'👩‍👩‍👧'.repeat(300)}`;
    const shown = snippet({ text: long, highlights: [[300, 302]] });
    expect(shown.startsWith('…あ')).toBe(true);
    expect(shown).toContain('あ会議👩‍👩‍👧');
    expect(shown.endsWith('👩‍👩‍👧…')).toBe(true);
    expect(snippet({ text: '', highlights: [] })).toBe('');
  });
});
