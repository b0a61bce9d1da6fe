import type { Command, CommandContext } from '../command.ts';
import { isConfirmed, isMeant } from '../confirm.ts';
import { usageFailure } from '../failure.ts';
import { type Deciding, deciding } from '../outside/deciding.ts';
import { findOrganisation } from '../outside/find-organisation.ts';
import { calledBy, isMet, roomsText } from '../outside/outside-lines.ts';
import { print } from '../print.ts';

const wantedOf = ({ words }: CommandContext, verb: string): string => {
  const [wanted] = words;
  if (wanted === undefined) throw usageFailure('which organisation?', `cloister outside ${verb} globex.example`);
  return wanted;
};

/** Nothing is shared with an organisation, whatever the policy says, until it is resumed. */
export const outsidePause: Command = async (context) => {
  const wanted = wantedOf(context, 'pause');
  return deciding(context, async ({ outside, overview }) => {
    const { id, called, rooms, meets } = named(overview, wanted);
    const lines = [
      `nothing is shared with ${called} until you resume it: ${roomsText(rooms)} stop working with it`,
      'the rooms stay; people can leave them and be taken out of them',
    ];
    const planned = { act: 'pause', id: called, lines, look: 'cloister outside list' };
    if (!(await (meets ? isConfirmed : isMeant)(context, planned))) return undefined;
    print(context, await outside.pause(id), [`${called}  paused`]);
    return undefined;
  });
};

/** The organisation may be met again, if the policy lets it. */
export const outsideResume: Command = async (context) => {
  const wanted = wantedOf(context, 'resume');
  return deciding(context, async ({ outside, overview }) => {
    const { id, called } = named(overview, wanted);
    const lines = [`what the policy allows is shared with ${called} again`];
    if (!isMeant(context, { act: 'resume', id: called, lines, look: 'cloister outside list' })) return undefined;
    const after = await outside.resume(id);
    const found = after.organisations.find((each) => each.id === id);
    const isStopped = found !== undefined && !isMet(found, after.policy);
    print(context, after, [
      `${called}  resumed`,
      ...(isStopped ? ['your policy does not let your people meet it: cloister outside policy'] : []),
    ]);
    return undefined;
  });
};

const named = (overview: Deciding['overview'], wanted: string) => {
  const found = findOrganisation(overview, wanted);
  if (!('domains' in found)) return { id: found.id, called: found.id as string, rooms: 0, meets: false };
  return { id: found.id, called: calledBy(found), rooms: found.rooms, meets: isMet(found, overview.policy) };
};
