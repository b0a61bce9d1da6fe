import type { MasterKeyOverview, MasterKeyView } from '@cloister/wire';
import type { Command, CommandContext } from '../command.ts';
import { isConfirmed, isMeant } from '../confirm.ts';
import { follow, type Look, untilRevoked, untilRotated } from '../keys/follow.ts';
import { reachText } from '../keys/key-lines.ts';
import { type Managed, managing } from '../keys/managing.ts';
import { findKey, shortId } from '../keys/short-id.ts';
import { print } from '../print.ts';

interface Change {
  readonly act: string;
  readonly isDangerous: boolean;
  readonly lines: (overview: MasterKeyOverview, key: MasterKeyView) => string[];
  readonly make: (managed: Managed, key: MasterKeyView) => Promise<MasterKeyOverview>;
  readonly waitFor?: (key: MasterKeyView) => Look;
}

const changing =
  ({ act, isDangerous, lines, make, waitFor }: Change): Command =>
  (context) =>
    managing(context, async (managed) => {
      const { overview } = managed;
      const key = findKey(overview, context.words[0], `cloister key ${act} <id>`);
      const planned = { act, id: shortId(key.uri), lines: lines(overview, key) };
      if (!(await (isDangerous ? isConfirmed : isMeant)(context, planned))) return undefined;
      const after = await make(managed, key);
      const now = await waited(context, managed, after, waitFor?.(key));
      const state = now.keys.find(({ uri }) => uri === key.uri)?.state ?? 'removed';
      print(context, now, [`${planned.id}  ${state}`]);
      return undefined;
    });

const waited = (context: CommandContext, { keys }: Managed, after: MasterKeyOverview, look: Look | undefined) =>
  context.args.wait && look !== undefined ? follow(context, () => keys.overview(), look) : Promise.resolve(after);

export const keyActivate = changing({
  act: 'activate',
  isDangerous: false,
  lines: ({ reach, isFrozen }) => [
    isFrozen
      ? `${reachText(reach)} can read and send again`
      : `it becomes the main key of ${reachText(reach)}; the one of before stays in use until everything is under it`,
  ],
  make: ({ keys, overview }, { uri }) => keys.activate(uri, overview.version),
  waitFor: () => untilRotated,
});

export const keyRevoke = changing({
  act: 'revoke',
  isDangerous: true,
  lines: ({ reach }, { state }) =>
    state === 'revoked-by-amazon'
      ? ['it stays off, whatever Amazon says, until it is activated again']
      : [`within ten minutes ${reachText(reach)} can read and send nothing, until it is activated again`],
  make: ({ keys, overview }, { uri }) => keys.revoke(uri, overview.version),
  waitFor: ({ uri }) => untilRevoked(uri),
});

export const keyDelete = changing({
  act: 'delete',
  isDangerous: true,
  lines: ({ reach }) => [
    `after 30 days it is destroyed; what ${reachText(reach)} wrote can then be read by nobody without its backup`,
    'until then: cloister key undelete <id>',
  ],
  make: ({ keys, overview }, { uri }) => keys.delete(uri, overview.version),
});

export const keyUndelete = changing({
  act: 'undelete',
  isDangerous: false,
  lines: () => ['it becomes a revoked key again; activate it to use it'],
  make: ({ keys, overview }, { uri }) => keys.undelete(uri, overview.version),
});

export const keyRemove = changing({
  act: 'remove',
  isDangerous: true,
  lines: () => ['it is destroyed at once; it was never used, so nobody is reached'],
  make: ({ keys, overview }, { uri }) => keys.removePending(uri, overview.version),
});

/** Back to the default main key. */
export const keyUseDefault: Command = (context) =>
  managing(context, async ({ keys, overview }) => {
    const { reach, version } = overview;
    const lines = [
      `the default main key protects ${reachText(reach)} again; it is not yours to revoke`,
      'your own keys stay in use until everything is under it, and are removed then',
    ];
    if (!(await isConfirmed(context, { act: 'use-default', id: 'default', lines }))) return undefined;
    let after = await keys.useDefault(version);
    if (context.args.wait) after = await follow(context, () => keys.overview(), untilRotated);
    print(context, after, [`default  ${after.defaultRole}`]);
    return undefined;
  });
