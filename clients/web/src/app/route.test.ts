import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hubPath, hubPlaces, parseRoute, roomPath, searchPath } from './route.ts';

const roomId = '3b0a0a52-9d0e-4c4b-8b5e-0f8f5a0f3c11';

it('reads what it writes', () => {
  expect(parseRoute(roomPath(roomId as never))).toEqual({ page: 'rooms', roomId });
  expect(parseRoute(roomPath())).toEqual({ page: 'rooms' });
  expect(parseRoute(roomPath(roomId as never, 42))).toEqual({ page: 'rooms', roomId, position: 42 });
  expect(parseRoute(searchPath)).toEqual({ page: 'search' });
  for (const place of hubPlaces) {
    expect(parseRoute(hubPath(place))).toEqual({ page: 'hub', place });
  }
});

it('shows the room where the address names no entry of it', () => {
  for (const odd of ['0', '-1', '1.5', '1e3', 'x', '', '9999999999999999']) {
    expect(parseRoute(`/rooms/${roomId}/${odd}`)).toEqual({ page: 'rooms', roomId });
  }
  expect(parseRoute(`/rooms/${roomId}/1/2`)).toEqual({ page: 'rooms' });
});

it('shows the room list for any path it does not know', () => {
  fc.assert(
    fc.property(fc.webPath(), (path) => {
      const route = parseRoute(path);
      if (![...hubPlaces.map(hubPath), '/signed-in', searchPath].includes(path))
        expect(route).toEqual({ page: 'rooms' });
    }),
    { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) },
  );
});
