import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import type { SocketHttp } from './http.ts';
import type { Tokens } from './person.ts';

/** A registered device with its event socket, on the core's own unix socket: no door between. */
export interface LoadDevice {
  readonly url: string;
  readonly path: string;
  /** Each event's data as it comes. */
  onEvent: (data: Record<string, unknown>) => void;
  close(): void;
}

export interface DeviceOptions {
  readonly http: SocketHttp;
  readonly socketPath: string;
  readonly origin: string;
  readonly tokens: Tokens;
  /** Do not parse events, only count them: for wide fan-outs. */
  readonly lean?: boolean;
}

export async function registerDevice({ http, tokens }: DeviceOptions): Promise<{ url: string; path: string }> {
  const device = (await http.json('POST', '/wdm/api/v1/devices', bearer(tokens), {
    name: 'bench',
    deviceType: 'WEB',
    model: 'bench',
    localizedModel: 'bench',
    systemName: 'bench',
    systemVersion: '1',
  })) as { url: string; webSocketUrl: string };
  return { url: device.url, path: new URL(device.webSocketUrl).pathname };
}

export async function openDevice(
  options: DeviceOptions,
  registered?: { url: string; path: string },
): Promise<LoadDevice> {
  const { url, path } = registered ?? (await registerDevice(options));
  const { host, protocol } = new URL(options.origin);
  const query = `outboundWireFormat=text&bufferStates=true&aliasHttpStatus=true&clientTimestamp=${Date.now()}`;
  const socket = new WebSocket(`ws+unix:${options.socketPath}:${path}?${query}`, {
    perMessageDeflate: false,
    headers: { host, 'x-forwarded-host': host, 'x-forwarded-proto': protocol.replace(':', '') },
  });
  const device: LoadDevice = { url, path, onEvent: () => {}, close: () => socket.terminate() };
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', (code) => reject(new Error(`the event socket closed with ${code}`)));
    socket.once('open', () => {
      socket.send(
        JSON.stringify({ id: randomUUID(), type: 'authorization', data: { token: `Bearer ${options.tokens.core}` } }),
      );
    });
    socket.on('message', (bytes: Buffer) => {
      const text = bytes.toString();
      if (options.lean === true) {
        const id = text.slice(7, 43);
        socket.send(`{"messageId":"${id}","type":"ack"}`);
        resolve();
        device.onEvent({});
        return;
      }
      const frame = JSON.parse(text);
      if (frame.type !== undefined) return;
      socket.send(JSON.stringify({ messageId: frame.id, type: 'ack' }));
      if (frame.data.eventType === 'mercury.buffer_state') resolve();
      else device.onEvent(frame.data);
    });
  });
  return device;
}

export function bearer(tokens: Tokens): Record<string, string> {
  return { authorization: `Bearer ${tokens.core}` };
}
