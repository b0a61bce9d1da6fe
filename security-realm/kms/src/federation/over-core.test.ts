import { database, type TestDatabase } from '@cloister/testkit';
import { parseKmsHost } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { CoreProcess } from '../testing/core-process.ts';
import { LinkedNode } from '../testing/linked-node.ts';
import { postRoute } from './http/route.ts';
import { TestAuthority } from './testing/test-authority.ts';
import { type TestPeer, TestPeers } from './testing/test-peer.ts';

const names = ['kms.acme.example', 'kms.globex.example'] as const;
const initech = parseKmsHost('kms.initech.example');
const text = z.object({ text: z.string() });

let base: TestDatabase;
let core: CoreProcess;
let peers: TestPeers;
let nodes: LinkedNode[];
let [acme, globex]: TestPeer[] = [];
let asked: PromiseWithResolvers<void> | null = null;
let held: PromiseWithResolvers<void> | null = null;

beforeAll(async () => {
  base = await database();
  core = await CoreProcess.start(base, [...names, initech]);
  peers = new TestPeers(await TestAuthority.open(new Date()));
  nodes = await Promise.all(names.map((name) => LinkedNode.connect(core, name)));
  [acme, globex] = await Promise.all(
    names.map(async (name, index) => {
      const { streams } = nodes[index] as LinkedNode;
      const peer = await peers.add(name, {
        connect: (kmsHost) => streams.connect(kmsHost),
        routes: [
          postRoute('/federation/v1/echo', text, async ({ body }) => {
            asked?.resolve();
            await held?.promise;
            return { status: 200, body };
          }),
        ],
      });
      streams.onStream((stream) => void peer.federation.accept(stream));
      return peer;
    }),
  );
  peers.directory.set(initech, { organisationIds: [] });
});
afterAll(async () => {
  await peers.close();
  await Promise.all(nodes.map((node) => node.stop()));
  await core.close();
  await base.drop();
});

const from = (peer: TestPeer | undefined) => (peer as TestPeer).federation;
const echo = (said: string) =>
  ({ method: 'POST', path: '/federation/v1/echo', body: { text: said }, answer: text }) as const;

describe('key servers behind a real core (R363, R364)', () => {
  it('meet over their outbound connections alone', async () => {
    expect(await from(acme).meet(names[1] as never)).toEqual(globex?.realm);
    expect(await from(globex).meet(names[0] as never)).toEqual(acme?.realm);
  });

  it('carry large bodies both ways at once, whole', async () => {
    const answers = Array.from({ length: 12 }, async (_, index) => {
      const said = `${index}`.repeat(700_000 / `${index}`.length);
      const [one, other] = index % 2 === 0 ? [acme, names[1]] : [globex, names[0]];
      const answer = await from(one).ask(parseKmsHost(other), echo(said));
      return !answer.isRefused && answer.value.text === said;
    });
    expect(await Promise.all(answers)).toEqual(Array(12).fill(true));
  });

  it('cannot reach whom the core has no connection of', async () => {
    await expect(from(acme).meet(initech)).rejects.toMatchObject({ code: 'kms/peer-unreachable' });
  });

  it('lose what was on its way when a link breaks, do not send it again, and meet again over the next', async () => {
    [asked, held] = [Promise.withResolvers(), Promise.withResolvers()];
    const lost = from(acme).ask(parseKmsHost(names[1]), echo('x'));
    const failed = expect(lost).rejects.toMatchObject({ code: 'kms/peer-lost' });
    await asked.promise;
    const [, node] = nodes as [LinkedNode, LinkedNode];
    const back = node.taken();
    node.cut();
    await failed;
    held.resolve();
    [asked, held] = [null, null];
    await back;
    expect(await from(acme).ask(parseKmsHost(names[1]), echo('again'))).toMatchObject({ value: { text: 'again' } });
  });
});
