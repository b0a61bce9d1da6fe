import { handshake, sealRequest, type TrustedDiscovery } from './channel.ts';
import type { Talker } from './handshakes.ts';

/** Opens a channel, makes keys bound to a resource, and asks for them over and over, each message sealed anew. */
export async function openRetrievals(trusted: TrustedDiscovery, { device, tokens, relay }: Talker) {
  const shake = await handshake(trusted, device, tokens);
  const channel = await shake.finish((await relay.send([shake.message]))[0] ?? '');
  const ask = async (body: object) =>
    channel.open((await relay.send([await sealRequest(channel, device, tokens, body)]))[0] ?? '');
  const created = (await ask({ method: 'create', uri: '/keys', count: 10 })) as { keys?: { uri: string }[] };
  const uris = (created.keys ?? []).map(({ uri }) => uri);
  const bound = await ask({ method: 'create', uri: '/resources', userIds: [tokens.userId], keyUris: uris });
  if (bound.status >= 400 || uris.length === 0) throw new Error(`the key server refused to bind keys: ${bound.status}`);

  const requests = (size: number) =>
    Promise.all(
      Array.from({ length: size }, (_, index) =>
        sealRequest(channel, device, tokens, { method: 'retrieve', uri: uris[index % uris.length] }),
      ),
    );
  return {
    /** Prepares batches; the result sends them one after the other. */
    prepare: async (batches: number, size: number) => {
      const prepared: string[][] = [];
      for (let index = 0; index < batches; index++) prepared.push(await requests(size));
      return async () => {
        let replies: string[] = [];
        for (const messages of prepared) replies = await relay.send(messages);
        const last = await channel.open(replies.at(-1) ?? '');
        if (last.status !== 200) throw new Error(`a retrieval was refused: ${last.status}`);
      };
    },
  };
}
