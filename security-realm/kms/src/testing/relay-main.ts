// For a network of its own: `node relay-main.ts <port> <unix socket> …` makes each socket of the host answer on that port
// of the loopback in there. A path is no part of a network namespace.
import { relay } from './relay.ts';

const [, , ...places] = process.argv;
for (let at = 0; at < places.length; at += 2) {
  await relay({ host: '127.0.0.1', port: Number(places[at]) }, { path: places[at + 1] ?? '' });
}
process.stdout.write('"relays.ready"\n');
