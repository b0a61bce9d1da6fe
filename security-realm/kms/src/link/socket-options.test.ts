import { expect, it } from 'vitest';
import { socketOptions } from './socket-options.ts';

it('connects in the clear to loopback names alone (R290)', () => {
  for (const url of ['ws://localhost:1/x', 'ws://core.localhost/x', 'ws://127.0.0.1/x', 'wss://core.example/x']) {
    expect(() => socketOptions(url, undefined)).not.toThrow();
  }
  for (const url of ['ws://core.example/x', 'ws://localhost.example/x', 'ws://10.0.0.1/x']) {
    expect(() => socketOptions(url, undefined)).toThrow(expect.objectContaining({ code: 'config/insecure' }));
  }
});
