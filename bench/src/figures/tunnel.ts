import { randomBytes } from 'node:crypto';
import type { Constellation } from '@cloister/testkit';
import { bareWebsocketPair } from '../bare/websocket-pair.ts';
import { type Figure, limitFigure } from '../figure.ts';
import type { Carrier } from '../load/carrier.ts';
import { openTunnel } from '../load/tunnel.ts';
import { median } from '../measure/rounds.ts';

const rounds = 5;
const questions = 500;
/** A request between key servers, with its TLS record. */
const question = randomBytes(1_000);
const chunk = randomBytes(16_384);
const chunks = 2_000;

/** `tunnel`: what a stream through the core adds to an answer's median, beyond a bare websocket of the same run. */
export async function tunnelFigures(all: Constellation): Promise<Record<string, Figure>> {
  const bare = await bareWebsocketPair();
  const tunnel = await openTunnel(all);
  try {
    // Code is compiled by use, as it is in servers that have run for a while.
    for (const each of [bare, tunnel]) {
      await answerMs(each);
      await rate(each);
    }
    const added: number[] = [];
    const rates: { readonly ours: number; readonly bare: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const alone = await answerMs(bare);
      added.push((await answerMs(tunnel)) - alone);
      rates.push({ bare: await rate(bare), ours: await rate(tunnel) });
    }
    const [ours, theirs] = [median(rates.map((each) => each.ours)), median(rates.map((each) => each.bare))];
    const round = (value: number) => Number(value.toPrecision(4));
    return {
      tunnel: limitFigure(median(added), 1, 'ms added, median'),
      'tunnel-rate': { value: round(ours), unit: 'MB/s', bare: round(theirs), ratio: round(ours / theirs) },
    };
  } finally {
    await tunnel.close();
    await bare.close();
  }
}

/** The median of answers asked for one after the other, in milliseconds. */
const answerMs = async (carrier: Carrier): Promise<number> => {
  const took: number[] = [];
  for (let count = 0; count < questions; count += 1) {
    const began = performance.now();
    await carrier.ask(question);
    took.push(performance.now() - began);
  }
  return median(took);
};

const rate = async (carrier: Carrier): Promise<number> => {
  const began = performance.now();
  await carrier.carry(chunk, chunks);
  return (chunk.length * chunks) / 1_000 / (performance.now() - began);
};
