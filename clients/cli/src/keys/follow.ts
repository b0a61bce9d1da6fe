import { setTimeout } from 'node:timers/promises';
import type { MasterKeyOverview, MasterKeyUri } from '@cloister/wire';
import type { CommandContext } from '../command.ts';
import { revocationText, rotationText } from './progress-text.ts';
import { shortId } from './short-id.ts';

/** What is still to be waited for, as people read it, and whether it is over. */
export type Look = (overview: MasterKeyOverview) => { readonly text: string; readonly isOver: boolean };

/** Until no node of the key server can use the key. */
export const untilRevoked =
  (uri: MasterKeyUri): Look =>
  ({ keys }) => {
    const revocation = keys.find((key) => key.uri === uri)?.revocation;
    if (revocation === undefined) return { text: `${shortId(uri)} is not being revoked`, isOver: true };
    return { text: revocationText(revocation), isOver: revocation.effectiveAt !== undefined };
  };

/** Until nothing is under a key of before any more, or only what cannot be moved. */
export const untilRotated: Look = ({ keys, defaultRole, defaultRotation }) => {
  const left = [
    ...keys.filter(({ state }) => state === 'rotation').map(({ rotation }) => rotation),
    ...(defaultRole === 'rotation' ? [defaultRotation] : []),
  ];
  if (left.length === 0) return { text: 'rotated', isOver: true };
  const known = left.filter((one) => one !== undefined);
  if (known.length === 0) return { text: 'rotating', isOver: false };
  const total = known.reduce((sum, one) => sum + one.total, 0);
  const done = known.reduce((sum, one) => sum + one.done, 0);
  const refused = known.reduce((sum, one) => sum + (one.refused ?? 0), 0);
  // What does not open is for the operator: waiting does not help.
  return { text: rotationText({ total, done, refused }), isOver: refused > 0 && total - done <= refused };
};

const every = 500;

/** Prints each step on standard error until it is over; `--wait` was given. */
export const follow = async (
  { io }: Pick<CommandContext, 'io'>,
  overview: () => Promise<MasterKeyOverview>,
  look: Look,
  pause: () => Promise<unknown> = () => setTimeout(every, undefined, { signal: io.signal }),
): Promise<MasterKeyOverview> => {
  let said: string | undefined;
  for (;;) {
    const now = await overview();
    const { text, isOver } = look(now);
    if (text !== said) io.err(text);
    said = text;
    if (isOver) return now;
    await pause();
  }
};
