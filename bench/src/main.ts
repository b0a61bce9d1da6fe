// `npm run bench [-- --only <regex>] [-- --json <file>]`: every figure as a ratio against a bare loop, a peer or a limit of the same run.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Constellation, constellation } from '@cloister/testkit';
import type { Figure } from './figure.ts';
import { federatedChangeFigures } from './figures/federated-change.ts';
import { federatedFetchFigures } from './figures/federated-fetch.ts';
import { indexLiveFigures } from './figures/index-live.ts';
import { indexRateFigures } from './figures/index-rate.ts';
import { keyServiceFigures } from './figures/key-service.ts';
import { postFigures } from './figures/post.ts';
import { removalFigures } from './figures/removal.ts';
import { revocationFigures } from './figures/revocation.ts';
import { rewrapFigures } from './figures/rewrap.ts';
import { roomFigures } from './figures/rooms.ts';
import { rotationFigures } from './figures/rotation.ts';
import { rotationRetrievalFigures } from './figures/rotation-retrieval.ts';
import { searchFigures } from './figures/search.ts';
import { socketFigures } from './figures/sockets.ts';
import { startFigures } from './figures/start.ts';
import { tokenRetrievalFigures } from './figures/token-retrieval.ts';
import { tunnelFigures } from './figures/tunnel.ts';
import { twoPartFigures } from './figures/two-part.ts';
import { webFigures } from './figures/web.ts';

interface Group {
  readonly names: readonly string[];
  readonly measure: (all: () => Promise<Constellation>) => Promise<Record<string, Figure>> | Record<string, Figure>;
}

const groups: readonly Group[] = [
  { names: ['web'], measure: webFigures },
  { names: ['start', 'start-first'], measure: startFigures },
  {
    names: ['channel', 'key-retrieval', 'key-retrieval-relayed'],
    measure: async (all) => keyServiceFigures(await all()),
  },
  { names: ['post', 'post-rate-room-of-50', 'post-p99-room-of-50'], measure: async (all) => postFigures(await all()) },
  { names: ['post-rate-200-rooms-of-10'], measure: async (all) => roomFigures(await all()) },
  { names: ['two-part'], measure: async (all) => twoPartFigures(await all()) },
  { names: ['federated-change'], measure: async (all) => federatedChangeFigures(await all()) },
  { names: ['federated-fetch', 'federated-fetch-300'], measure: federatedFetchFigures },
  { names: ['rotation', 'rotation-refusals'], measure: async (all) => rotationFigures(await all()) },
  { names: ['socket', 'socket-each', 'reconnect-500'], measure: async (all) => socketFigures(await all()) },
  { names: ['rotation-retrieval'], measure: async (all) => rotationRetrievalFigures(await all()) },
  { names: ['tunnel', 'tunnel-rate'], measure: async (all) => tunnelFigures(await all()) },
  { names: ['key-retrieval-token'], measure: async (all) => tokenRetrievalFigures(await all()) },
  { names: ['rewrap'], measure: async (all) => rewrapFigures(await all()) },
  { names: ['revocation'], measure: async (all) => revocationFigures(await all()) },
  {
    names: ['search-size', 'search-size-times-plain', 'search-or', 'search-and'],
    measure: searchFigures,
  },
  { names: ['index-rate', 'index-rate-bare'], measure: indexRateFigures },
  {
    names: ['index-end-to-end', 'search-screen', 'search-screen-p95', 'search-screen-first'],
    measure: indexLiveFigures,
  },
  { names: ['removal'], measure: async (all) => removalFigures(await all()) },
];

const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'string' } } });
const only = new RegExp(values.only ?? '');
let running: Constellation | undefined;
const all = async () => {
  running ??= await constellation({ web: true });
  return running;
};

const figures: Record<string, Figure> = {};
/** What they need is not on this machine; they have said what. */
const unmeasured: string[] = [];
try {
  for (const { names, measure } of groups.filter((group) => group.names.some((name) => only.test(name)))) {
    process.stderr.write(`measuring ${names.join(', ')}\n`);
    const measured = await measure(all);
    unmeasured.push(...names.filter((name) => !(name in measured)));
    Object.assign(figures, measured);
  }
} finally {
  await running?.stop();
}

if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
process.stdout.write(
  `\n${'figure'.padEnd(28)}${'value'.padStart(12)}  ${'unit'.padEnd(24)}${'bare'.padStart(10)}${'ratio'.padStart(9)}${'goal'.padStart(7)}\n`,
);
for (const [name, { value, unit, bare, ratio, goal }] of Object.entries(figures)) {
  const verdict = goal === undefined ? '' : ratio >= goal ? '  passes' : '  FALLS SHORT';
  const cells = [
    name.padEnd(28),
    String(value).padStart(12),
    '  ',
    unit.padEnd(24),
    String(bare).padStart(10),
    String(ratio).padStart(9),
  ];
  process.stdout.write(`${cells.join('')}${String(goal ?? '').padStart(7)}${verdict}\n`);
}
for (const name of unmeasured) process.stdout.write(`${name.padEnd(28)}  not measured\n`);
process.exit(0);
