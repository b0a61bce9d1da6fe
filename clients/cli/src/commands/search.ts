import { type Client, openSearch, type SearchHit, type SearchSnapshot, type SearchView } from '@cloister/sdk';
import { CloisterError, type ErrorCode } from '@cloister/wire';
import { acting } from '../acting.ts';
import type { Command } from '../command.ts';
import { Failure, usageFailure } from '../failure.ts';
import { titleOf } from '../find.ts';
import { minuteText } from '../minute-text.ts';
import { personText } from '../organisations.ts';
import { reachSentences } from '../search/reach-sentences.ts';
import { snippet } from '../search/snippet.ts';

const usual = 20;

/** What is found goes to standard output, newest first; how far the search reached, to standard error. */
export const search: Command = async (context) => {
  const { io, args, words } = context;
  const text = words.join(' ');
  if (text.trim() === '') throw usageFailure('search for what?', 'cloister search "lunch from:aoi after:2026-11-01"');
  const limit = args.limit ?? usual;
  return acting(context, async (client) => {
    const view = (await openSearch(client)).open(text);
    try {
      const found = await upTo(view, limit);
      for (const hit of found.hits.slice(0, limit)) {
        io.out(args.json ? JSON.stringify(await hitJson(client, hit)) : await hitLine(client, hit));
      }
      const more = found.canMore || found.hits.length > limit;
      const { reach, unopened } = found;
      if (args.json) io.err(JSON.stringify({ reach, unopened, more }));
      else for (const line of reachSentences(found, more)) io.err(line);
      return undefined;
    } finally {
      view.close();
    }
  });
};

/** Waits for so many, or for all there are. @throws CloisterError as the search failed */
const upTo = async (view: SearchView, limit: number): Promise<SearchSnapshot> => {
  for (;;) {
    await view.more();
    const found = view.snapshot();
    switch (found.state) {
      case 'failed':
        throw new CloisterError(found.code as ErrorCode);
      case 'empty':
        throw usageFailure('nothing in it can be searched for', 'cloister search "lunch from:aoi"');
      case 'unknown': {
        const names = (found.unknown ?? []).map(({ filter, name }) => `${filter}:${name}`).join(', ');
        throw new Failure('client/not-found', `nobody and no room is called so: ${names}`, {
          hint: 'cloister people search <name>, cloister room list',
        });
      }
      default:
        if (found.hits.length >= limit || !found.canMore) return found;
    }
  }
};

const roomTitle = async (client: Client, { roomId }: SearchHit): Promise<string> => {
  const room = client.snapshot().rooms.find(({ id }) => id === roomId);
  return room === undefined ? roomId : titleOf(client, room);
};

const hitJson = async (client: Client, hit: SearchHit): Promise<object> => ({
  room: { id: hit.roomId, title: await roomTitle(client, hit) },
  id: hit.activityId,
  position: hit.position,
  published: hit.published,
  actor: { id: hit.actor, name: (await client.people.get(hit.actor)).name },
  where: hit.where,
  edited: hit.edited,
  text: hit.text,
  highlights: hit.highlights,
  files: hit.files,
});

const hitLine = async (client: Client, hit: SearchHit): Promise<string> => {
  const time = minuteText(hit.published);
  const actor = personText(client, await client.people.get(hit.actor));
  const names = hit.files.map(({ name }) => name).join(', ');
  const inside = hit.where === 'in-file' ? ` (in ${names})` : names === '' ? '' : ` [${names}]`;
  return `${time}  ${await roomTitle(client, hit)}  ${actor}: ${snippet(hit)}${inside}`;
};
