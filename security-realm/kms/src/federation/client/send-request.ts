import { type Agent, request as httpRequest } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { KmsHost } from '@cloister/wire';
import { asPeerFault } from '../tls/peer-fault.ts';
import type { PeerAnswer, PeerRequest } from './peer-request.ts';
import { readAnswer } from './read-answer.ts';

export type Sending = {
  readonly agent: Agent;
  readonly signal: AbortSignal;
  readonly bodyBytes: number;
  readonly headerBytes: number;
};

/** What became of one try; `hasLeft` says whether a part of the request may have reached the peer. */
export type Sent<T> =
  | { readonly answer: PeerAnswer<T> }
  | { readonly fault: ReturnType<typeof asPeerFault>; readonly hasLeft: boolean };

/** Sends a request once, over a connection of the agent. Follows no redirect. */
export const sendRequest = <T>(kmsHost: KmsHost, asked: PeerRequest<T>, sending: Sending): Promise<Sent<T>> =>
  new Promise((resolve) => {
    const { agent, signal, bodyBytes, headerBytes } = sending;
    const body = asked.body === undefined ? undefined : Buffer.from(JSON.stringify(asked.body));
    const request = httpRequest({
      agent,
      signal,
      host: kmsHost,
      method: asked.method,
      path: asked.path,
      maxHeaderSize: headerBytes,
      headers: {
        host: kmsHost,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length }),
      },
    });
    let hasLeft = false;
    const failed = (error: unknown): Sent<T> => ({
      fault: asPeerFault(error, hasLeft ? 'kms/peer-lost' : 'kms/peer-unreachable'),
      hasLeft,
    });
    request.on('socket', () => {
      hasLeft = true;
    });
    const fail = (error: unknown) => resolve(failed(error));
    let isAnswered = false;
    request.on('response', (response) => {
      isAnswered = true;
      const read = readAnswer(response, asked, bodyBytes).then((answer) => ({ answer }), failed);
      // In the next turn the connection is free for another request.
      void read.then(async (sent) => {
        await nextTurn();
        resolve(sent);
      });
    });
    request.on('error', fail);
    request.on('close', () => {
      if (!isAnswered) fail(null);
    });
    signal.addEventListener('abort', () => fail(signal.reason), { once: true });
    request.end(body);
  });
