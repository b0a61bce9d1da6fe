// The bare loop `post` is held against: fastify takes JSON, one row is appended to PostgreSQL, `ws` fans it out. No rights, no
// order, no keys. Argument: the port; the connection string, which holds a password, comes on standard input.
import { text } from 'node:stream/consumers';
import fastify from 'fastify';
import pg from 'pg';
import { WebSocketServer } from 'ws';

const [port] = process.argv.slice(2);
const connectionString = await text(process.stdin);
const pool = new pg.Pool({ connectionString, max: 10 });
const app = fastify();
const sockets = new WebSocketServer({ server: app.server, perMessageDeflate: false });

app.post('/post', async (request) => {
  const body = JSON.stringify(request.body);
  const { rows } = await pool.query({
    name: 'post',
    text: 'INSERT INTO bench_post (body) VALUES ($1) RETURNING id',
    values: [body],
  });
  const event = `{"id":"${rows[0].id}","data":${body}}`;
  for (const socket of sockets.clients) socket.send(event);
  return { id: rows[0].id };
});
await app.listen({ port: Number(port), host: '127.0.0.1' });
process.stdout.write('ready\n');
