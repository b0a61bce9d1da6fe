import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Accounts, User } from './accounts.ts';
import { AwsError } from './aws-error.ts';
import { NoAnswer, type Service } from './service.ts';
import { parseAuthorization } from './sigv4/parse-authorization.ts';
import { verifyRequest } from './sigv4/verify-request.ts';

/** One request and its answer, as they went over the wire. */
export type Exchange = {
  readonly operation: string;
  readonly request: { readonly headers: Readonly<Record<string, string | undefined>>; readonly body: string };
  readonly answer: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
};

export type HttpParts = {
  readonly service: Service;
  readonly accounts: Accounts;
  /** What signatures are dated by. */
  readonly wallClock: () => number;
  readonly observe: (exchange: Exchange) => void;
};

const bodyLimit = 64 * 1024;

/** Answers in AWS JSON 1.1: the operation in `X-Amz-Target`, errors by `__type`. */
export async function answerHttp(incoming: IncomingMessage, response: ServerResponse, parts: HttpParts): Promise<void> {
  const requestId = randomUUID();
  const headers = singleHeaders(incoming);
  const operation = /^TrentService\.(\w{1,64})$/.exec(headers['x-amz-target'] ?? '')?.[1] ?? 'Unknown';
  const body = await readBody(incoming);
  const send = (status: number, reply: object | null) => {
    const text = reply === null ? '' : JSON.stringify(reply);
    const sent = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId };
    response.writeHead(status, sent).end(text);
    parts.observe({
      operation,
      request: { headers, body: body.toString() },
      answer: { status, headers: sent, body: text },
    });
  };
  try {
    const signed = { method: incoming.method ?? '', target: incoming.url ?? '', headers, body };
    const reply = parts.service.perform(
      {
        operation,
        body: parseJson(body),
        claimed: claimedUser(headers.authorization, parts.accounts),
        authenticate: () => verifyRequest(signed, parts.accounts, parts.wallClock()),
      },
      requestId,
    );
    send(200, reply);
  } catch (error) {
    if (error instanceof NoAnswer) return withoutAnswer(error, response);
    const told = error instanceof AwsError ? error : new AwsError('KMSInternalException', 'the test server failed');
    send(told.status, { __type: told.name, message: told.message });
  }
}

function withoutAnswer({ fault }: NoAnswer, response: ServerResponse): void {
  if (fault === 'reset') response.destroy();
  // Left open: the client gives up, or the server stops.
  if (fault === 'bad-gateway') response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
}

function claimedUser(authorization: string | undefined, accounts: Accounts): User | undefined {
  try {
    return accounts.byAccessKey(parseAuthorization(authorization).accessKeyId);
  } catch {
    return undefined;
  }
}

// What is no JSON fails as any other input that is not what the operation takes.
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    length += chunk.length;
    if (length > bodyLimit) incoming.destroy();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const singleHeaders = (incoming: IncomingMessage): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, value?.toString()]));
