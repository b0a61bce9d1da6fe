import { encodeAad } from '@cloister/at-rest';
import { expect, it } from 'vitest';
import { type KekPlace, kekAad } from './kek-place.ts';

const mainKeyId = '33333333-3333-4333-8333-333333333333';
const place: KekPlace = {
  organisationId: '11111111-1111-4111-8111-111111111111',
  kekId: '22222222-2222-4222-8222-222222222222',
  version: 3,
  level: 'content',
  label: '7',
};

it('binds a KEK to its organisation, id, version, level, label and main key, in the bytes that stored KEKs have (byok.md §5)', () => {
  const names = ['cloister/kek/v1', place.organisationId, place.kekId, '3', 'content', '7', mainKeyId, '1', '1'];
  expect(kekAad(mainKeyId, place)).toEqual(encodeAad(names));
  expect(kekAad(mainKeyId, place).subarray(0, 19).toString('latin1')).toBe('\0\0\0\x0fcloister/kek/v1');
});

it('gives every other place other bytes', () => {
  const places: KekPlace[] = [
    place,
    { ...place, organisationId: mainKeyId },
    { ...place, kekId: mainKeyId },
    { ...place, version: 4 },
    { ...place, level: 'realm' },
    { ...place, label: '8' },
  ];
  const all = [...places.map((each) => kekAad(mainKeyId, each)), kekAad(place.kekId, place)];
  expect(new Set(all.map((aad) => aad.toString('hex'))).size).toBe(all.length);
});
