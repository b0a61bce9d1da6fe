import { expect, it } from 'vitest';
import { routeTable } from './route-table.ts';

const route = (hosts: string[], paths: string[], socket: string) => ({ hosts, paths, socket, clientAddress: false });
const table = routeTable([
  route(['localhost', 'core.localhost'], ['/conversation', '/u2c'], 'core'),
  route(['localhost', 'core.localhost'], ['/conversation/api/v1/users'], 'identity'),
  route(['acme.localhost'], ['/'], 'acme'),
]);
const socketFor = (host: string, path: string) => table(host, path)?.socket ?? null;

it('sends people’s look-ups under the conversation service to identity, so that the core has no such route (R420)', () => {
  expect(socketFor('localhost', '/conversation/api/v1/users')).toBe('identity');
  expect(socketFor('core.localhost', '/conversation/api/v1/users/x')).toBe('identity');
  expect(socketFor('localhost', '/conversation/api/v1/conversations')).toBe('core');
});

it('matches whole segments only', () => {
  expect(socketFor('localhost', '/conversation')).toBe('core');
  expect(socketFor('localhost', '/conversationx')).toBeNull();
  expect(socketFor('localhost', '/conversation/api/v1/usersx')).toBe('core');
  expect(socketFor('localhost', '/')).toBeNull();
});

it('gives an app’s host everything, and no other host anything', () => {
  expect(socketFor('acme.localhost', '/')).toBe('acme');
  expect(socketFor('acme.localhost', '/hub/x')).toBe('acme');
  expect(socketFor('evil.localhost', '/conversation')).toBeNull();
  expect(socketFor('acme.localhost.evil.example', '/')).toBeNull();
});

it('refuses two routes for the same host and path', () => {
  expect(() => routeTable([route(['a'], ['/x'], '1'), route(['a'], ['/x'], '2')])).toThrow(/two routes claim a\/x/);
});
