import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { DnsServer } from '../testing/dns-server.ts';
import { openTxtLookup } from './txt-lookup.ts';

const name = '_cloister-challenge.acme.example';
let dns: DnsServer;
beforeAll(async () => {
  dns = await DnsServer.open();
});
beforeEach(() => dns.forget());
afterAll(() => dns.close());

const lookUp = (resolvers = [dns.address], timeoutMs = 20_000) => openTxtLookup({ resolvers, timeoutMs });

it('finds every record of the name, each put together from its strings', async () => {
  dns.say(name, [{ strings: ['v=spf1 -all'] }, { strings: ['cloister-', 'domain', '', '-verification=x'] }]);
  expect(await lookUp()(name)).toEqual(['v=spf1 -all', 'cloister-domain-verification=x']);
  expect(dns.asked.at(-1)).toBe(name);
});

it('knows that there is no record from not knowing', async () => {
  expect(await lookUp()(name)).toEqual([]);
  dns.say(name, []);
  expect(await lookUp()(name)).toEqual([]);
  for (const fault of ['failure', 'refusal'] as const) {
    dns.say(name, fault);
    expect(await lookUp()(name)).toBeNull();
  }
  expect(await lookUp()(`${'a'.repeat(64)}.example`)).toBeNull();
});

it('gives up a server that says nothing, or nothing that can be read, when the time is over', async () => {
  for (const nothing of ['silence', 'garbage'] as const) {
    dns.say(name, nothing);
    expect(await lookUp([dns.address], 50)(name)).toBeNull();
  }
});

it('asks the next server when the first is not there', async () => {
  const gone = createSocket('udp4').bind(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address();
  gone.close();
  dns.say(name, [{ strings: ['x'] }]);
  expect(await lookUp([`127.0.0.1:${port}`, dns.address])(name)).toEqual(['x']);
});

it('remembers nothing: a record that was just written is found at once', async () => {
  const ask = lookUp();
  expect(await ask(name)).toEqual([]);
  dns.say(name, [{ strings: ['x'] }]);
  expect(await ask(name)).toEqual(['x']);
});
