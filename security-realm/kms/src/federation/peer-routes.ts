import {
  changeAsked,
  closureAsked,
  keysAsked,
  listAsked,
  listRecalled,
  readersAsked,
  removalAsked,
} from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import { removeForPeer } from '../leavers/remove-for-peer.ts';
import { closeForPeer, decideForPeer } from './changes/decide-for-peer.ts';
import { postRoute, type Route } from './http/route.ts';
import { giveKeys } from './keys/give-keys.ts';
import { giveList } from './lists/give-list.ts';
import { giveReaders } from './readers/give-readers.ts';

/** What other realms may ask this one for (wires.md §13). */
export const peerRoutes = (context: KmsContext, onRemoved: () => void): Route[] => [
  postRoute('/federation/v1/changes', changeAsked, async ({ peer, body }) => ({
    status: 200,
    body: await decideForPeer(context, peer, body),
  })),
  postRoute('/federation/v1/closures', closureAsked, async ({ peer, body }) => ({
    status: 200,
    body: await closeForPeer(context, peer, body),
  })),
  postRoute('/federation/v1/lists', listAsked, async ({ peer, body }) => {
    context.news?.given();
    return { status: 200, body: { list: await giveList(context, peer, body.resourceUri) } };
  }),
  postRoute('/federation/v1/keys', keysAsked, async ({ peer, body }) => ({
    status: 200,
    body: await giveKeys(context, peer, body.keyUris),
  })),
  postRoute('/federation/v1/readers', readersAsked, async ({ peer, body }) => ({
    status: 200,
    body: { statements: await giveReaders(context, peer, body.organisationIds) },
  })),
  postRoute('/federation/v1/recalls', listRecalled, async ({ peer, body }) => {
    await context.foreignLists.recall(peer, body);
    return { status: 204 };
  }),
  postRoute('/federation/v1/removals', removalAsked, async ({ peer, body }) => {
    if (await removeForPeer(context, peer, body)) onRemoved();
    return { status: 204 };
  }),
];
