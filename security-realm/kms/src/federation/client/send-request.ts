import { type Agent, request as httpRequest } from 'node:http';
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
    let sent: Sent<T> | Promise<Sent<T>> | null = null;
    const failed = (error: unknown): Sent<T> => ({
      fault: asPeerFault(error, hasLeft ? 'kms/peer-lost' : 'kms/peer-unreachable'),
      hasLeft,
    });
    request.on('socket', () => {
      hasLeft = true;
    });
    request.on('error', (error) => {
      sent ??= failed(error);
    });
    request.on('response', (response) => {
      sent = readAnswer(response, asked, bodyBytes).then((answer) => ({ answer }), failed);
    });
    // Not before: the connection is free for the next request only then.
    request.on('close', () => resolve(sent ?? failed(null)));
    request.end(body);
  });
