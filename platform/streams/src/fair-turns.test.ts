import { describe, expect, it } from 'vitest';
import { FairTurns } from './fair-turns.ts';

/** Turns whose link says only when told that it has let go of a frame. */
const turns = () => {
  const sent: string[] = [];
  const underway: (() => void)[] = [];
  const fair = new FairTurns((frame, written) => {
    sent.push(String(frame[0]));
    underway.push(written);
  });
  /** Says the frames of these sizes, one a turn. */
  const speak = (name: string, ...sizes: number[]) =>
    fair.ask({ next: () => (sizes.length === 0 ? undefined : name.repeat(sizes.shift() ?? 0)) });
  const letGo = (count: number) => {
    for (const written of underway.splice(0, count)) written();
  };
  return { fair, sent, speak, letGo };
};

describe('turns on one link', () => {
  it('go round, a frame each, however much somebody has to say', () => {
    const { sent, speak, letGo } = turns();
    speak('a', ...Array(10).fill(16_384));
    speak('b', 1, 1);
    speak('c', 1);
    expect(sent.join('')).toBe('aaaa');
    letGo(4);
    expect(sent.join('')).toBe('aaaaabcabaa');
  });

  it('wait while 64 KiB are under way, and go on as the link lets go of them', () => {
    const { sent, speak, letGo } = turns();
    speak('a', ...Array(100).fill(10_000));
    expect(sent).toHaveLength(7);
    letGo(1);
    expect(sent).toHaveLength(8);
    letGo(8);
    expect(sent).toHaveLength(15);
  });

  it('do not grow the stack when the link lets go at once', () => {
    let sent = 0;
    const fair = new FairTurns((_frame, written) => {
      sent += 1;
      written();
    });
    let left = 100_000;
    fair.ask({ next: () => (left-- > 0 ? 'x' : undefined) });
    expect(sent).toBe(100_000);
  });

  it('are nobody’s after the link is lost', () => {
    const { fair, sent, speak, letGo } = turns();
    speak('a', ...Array(10).fill(65_536));
    fair.clear();
    letGo(1);
    expect(sent).toHaveLength(1);
  });
});
