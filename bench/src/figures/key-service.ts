import {
  constants,
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  sign,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { openDir, parseJwe, SecretKey, sealDir } from '@cloister/seal';
import type { Constellation } from '@cloister/testkit';
import pg from 'pg';
import { costFigure, type Figure } from '../figure.ts';
import { discover, handshake, Relay, sealRequest } from '../load/channel.ts';
import { type LoadDevice, openDevice } from '../load/device.ts';
import { SocketHttp } from '../load/http.ts';
import { type Tokens, tokensOf } from '../load/person.ts';
import { bareCost } from '../measure/bare.ts';
import { cpuSeconds } from '../measure/cpu.ts';

const people = ['alice', 'aoi', 'ben', 'minjun', 'chloe'];
/** Below what the key server allows one person in a burst. */
const handshakesEach = 50;
const batch = 50;
const rounds = 200;

interface Talker {
  readonly device: LoadDevice;
  readonly tokens: Tokens;
  readonly relay: Relay;
}

/** `channel`, `key-retrieval` and `key-retrieval-relayed`: CPU of the real processes, the load generator not counted. */
export async function keyServiceFigures(all: Constellation): Promise<Record<string, Figure>> {
  const origin = all.endpoints.core;
  const socketPath = all.deployment.layout.socket('core');
  const http = new SocketHttp(socketPath, origin);
  const kmsHost = all.endpoints.organisations[0]?.kmsHost ?? '';
  const talkers: Talker[] = [];
  for (const name of people) {
    const tokens = await tokensOf(all, name);
    const device = await openDevice({ http, socketPath, origin, tokens });
    talkers.push({ device, tokens, relay: new Relay(http, device, tokens, kmsHost) });
  }
  const [first] = talkers;
  if (first === undefined) throw new Error('nobody to talk');
  const trusted = await discover(all, http, first.tokens);

  const channel = await channelCost(all, trusted, talkers);
  const retrieval = await retrievalCost(all, trusted, first);
  for (const { device } of talkers) device.close();
  http.close();
  const bareRetrieval = await bareRetrievalCost(all);
  return {
    channel: costFigure(channel, await bareChannelCost(), 0.6),
    'key-retrieval': costFigure(retrieval.keyServer, bareRetrieval, 0.4),
    'key-retrieval-relayed': costFigure(retrieval.relayed, bareRetrieval, 0.2),
  };
}

type Trusted = Awaited<ReturnType<typeof discover>>;

async function channelCost(all: Constellation, trusted: Trusted, talkers: readonly Talker[]): Promise<number> {
  const prepared = await Promise.all(
    talkers.map(async ({ device, tokens, relay }) => {
      const shakes = await Promise.all(
        Array.from({ length: handshakesEach }, () => handshake(trusted, device, tokens)),
      );
      return { relay, messages: shakes.map(({ message }) => message) };
    }),
  );
  for (const { relay, messages } of prepared) await relay.send(messages.splice(0, 2));
  const pids = keyServerPids(all);
  const count = prepared.reduce((sum, { messages }) => sum + messages.length, 0);
  const before = cpuSeconds(pids);
  await Promise.all(prepared.map(({ relay, messages }) => relay.send(messages)));
  return ((cpuSeconds(pids) - before) / count) * 1e6;
}

async function retrievalCost(all: Constellation, trusted: Trusted, { device, tokens, relay }: Talker) {
  const shake = await handshake(trusted, device, tokens);
  const channel = await shake.finish((await relay.send([shake.message]))[0] ?? '');
  const ask = async (body: object) =>
    channel.open((await relay.send([await sealRequest(channel, device, tokens, body)]))[0] ?? '');
  const created = (await ask({ method: 'create', uri: '/keys', count: 10 })) as { keys?: { uri: string }[] };
  const uris = (created.keys ?? []).map(({ uri }) => uri);
  const bound = await ask({ method: 'create', uri: '/resources', userIds: [tokens.userId], keyUris: uris });
  if (bound.status >= 400 || uris.length === 0) throw new Error(`the key server refused to bind keys: ${bound.status}`);

  const requests = () =>
    Promise.all(
      Array.from({ length: batch }, (_, index) =>
        sealRequest(channel, device, tokens, { method: 'retrieve', uri: uris[index % uris.length] }),
      ),
    );
  const prepared = await Promise.all(Array.from({ length: rounds }, requests));
  for (let index = 0; index < 10; index++) await relay.send(await requests());
  const keyServer = keyServerPids(all);
  const relayed = [...keyServer, all.deployment.pid('core') ?? 0];
  const before = { keyServer: cpuSeconds(keyServer), relayed: cpuSeconds(relayed) };
  for (const messages of prepared) await relay.send(messages);
  const count = rounds * batch;
  return {
    keyServer: ((cpuSeconds(keyServer) - before.keyServer) / count) * 1e6,
    relayed: ((cpuSeconds(relayed) - before.relayed) / count) * 1e6,
  };
}

/** The key server, its key store, and all of PostgreSQL. */
function keyServerPids(all: Constellation): number[] {
  return ['acme-kms', 'acme-hsm', 'postgres'].map((name) => all.deployment.pid(name) ?? 0);
}

/** RSA-3072 OAEP decrypt, PS256 sign, P-256 key and agreement, HKDF: nothing else. */
async function bareChannelCost(): Promise<number> {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 3072 });
  const client = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const sealed = publicEncrypt(
    { key: rsa.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
    randomBytes(32),
  );
  const answer = randomBytes(500);
  const pss = { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return bareCost(300, () => {
    privateDecrypt({ key: rsa.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, sealed);
    const mine = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const secret = diffieHellman({ privateKey: mine.privateKey, publicKey: client.publicKey });
    hkdfSync('sha256', secret, '', '', 32);
    sign('sha256', answer, pss);
  });
}

/** JWE decrypt, unwrap, audit rows appended 50 at a time to PostgreSQL, JWE encrypt; PostgreSQL's CPU counts as it does for ours. */
async function bareRetrievalCost(all: Constellation): Promise<number> {
  const key = SecretKey.fromBytes('bench', randomBytes(32));
  const request = await sealDir({ key, kid: 'kms://bench.example/ecdhe/x' }, randomBytes(900).toString('base64'));
  // As a key object: node:crypto takes raw bytes three times slower.
  const kek = createSecretKey(randomBytes(32));
  const reply = randomBytes(420).toString('base64');
  const pool = await auditTable(all);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', kek, iv);
  const wrapped = Buffer.concat([cipher.update(randomBytes(32)), cipher.final()]);
  const tag = cipher.getAuthTag();
  const postgres = [all.deployment.pid('postgres') ?? 0];
  const before = cpuSeconds(postgres);
  const rows = Array.from({ length: batch }, () => randomBytes(64));
  let done = 0;
  const own = await bareCost(rounds, async () => {
    for (let index = 0; index < batch; index++) {
      await openDir(key, parseJwe(request, { algorithms: ['dir'] }));
      const decipher = createDecipheriv('aes-256-gcm', kek, iv);
      decipher.setAuthTag(tag);
      decipher.update(wrapped);
      decipher.final();
    }
    await pool.query({
      name: 'append',
      text: 'INSERT INTO bench_audit (record) SELECT unnest($1::bytea[])',
      values: [rows],
    });
    for (let index = 0; index < batch; index++) await sealDir({ key, kid: 'kms://bench.example/ecdhe/x' }, reply);
    done += 1;
  });
  const database = ((cpuSeconds(postgres) - before) / done) * 1e6;
  await pool.end();
  return (own + database) / batch;
}

async function auditTable(all: Constellation): Promise<pg.Pool> {
  const password = readFileSync(`${all.deployment.layout.server('postgres')}/password`, 'utf8');
  const pool = new pg.Pool({
    host: all.deployment.layout.run,
    user: 'postgres',
    password,
    database: 'postgres',
    max: 1,
  });
  await pool.query(
    'CREATE TABLE IF NOT EXISTS bench_audit (id bigserial PRIMARY KEY, at timestamptz DEFAULT now(), record bytea NOT NULL)',
  );
  return pool;
}
