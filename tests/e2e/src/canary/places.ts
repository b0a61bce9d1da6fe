import { join } from 'node:path';
import type { Constellation } from '@cloister/testkit';
import type { Piece } from './canaries.ts';
import { oidOf, rowsOf } from './databases.ts';
import { filesUnder } from './files.ts';
import { type Conversation, readConversation } from './http-stream.ts';
import { childrenOf, memoryOf } from './process-memory.ts';
import { recordsOf } from './write-ahead-log.ts';

/** Every row of a database. */
export const databasePieces = async (all: Constellation, database: string): Promise<Piece[]> =>
  (await rowsOf(all, database)).flatMap(({ table, pieces }) =>
    pieces.map((bytes) => ({ where: `table ${table} of ${database}`, bytes })),
  );

export function* filePieces(path: string, overlap: number): Generator<Piece> {
  for (const { file, bytes } of filesUnder(path, overlap)) yield { where: file.slice(path.length - 20), bytes };
}

/**
 * The cluster's files, dead rows, indexes and all, but the folders of `except` databases; and of the write-ahead log every
 * record but those that change those databases alone.
 */
export function* clusterPieces(cluster: string, except: readonly number[], overlap: number): Generator<Piece> {
  const skipped = [join(cluster, 'pg_wal'), ...except.map((oid) => join(cluster, 'base', String(oid)))];
  for (const { file, bytes } of filesUnder(cluster, overlap)) {
    if (!skipped.some((folder) => file.startsWith(`${folder}/`))) yield { where: file.slice(cluster.length), bytes };
  }
  for (const { databases, bytes } of recordsOf(cluster)) {
    const others = databases.length > 0 && databases.every((oid) => except.includes(oid));
    if (!others) yield { where: `the log, record about databases ${databases.join() || 'none'}`, bytes };
  }
}

export const oidsOf = (all: Constellation, databases: readonly string[]): Promise<number[]> =>
  Promise.all(databases.map((database) => oidOf(all, database)));

/** Both directions as they went, and the bodies and frames within, unchunked and unmasked. */
export function* trafficPieces(conversations: readonly Conversation[]): Generator<Piece> {
  for (const conversation of conversations) {
    const { exchanges, frames } = readConversation(conversation);
    const opening = exchanges[0]?.request.head.split('\r\n', 1)[0] ?? 'a connection';
    yield { where: opening, bytes: conversation.sent };
    yield { where: opening, bytes: conversation.answered };
    for (const { request, answer } of exchanges) {
      const where = request.head.split('\r\n', 1)[0] ?? opening;
      yield { where, bytes: request.body };
      if (answer !== undefined) yield { where: `the answer to ${where}`, bytes: answer.body };
    }
    const upgrade = exchanges.at(-1)?.request.head.split('\r\n', 1)[0] ?? opening;
    for (const bytes of frames) yield { where: `a frame of ${upgrade}`, bytes };
  }
}

export function* memoryPieces(pid: number, overlap: number): Generator<Piece> {
  yield* memoryOf(pid, { shared: true, overlap });
}

/** The backends that serve a role, without what all backends share. */
export function* backendPieces(postmaster: number, role: string, overlap: number): Generator<Piece> {
  const backends = childrenOf(postmaster).filter(({ title }) => title.startsWith(`postgres: ${role} ${role} `));
  for (const { pid } of backends) yield* memoryOf(pid, { shared: false, overlap });
}
