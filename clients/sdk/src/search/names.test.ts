import { newId, type RoomId, type UserId } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import type { ClientSnapshot } from '../api/client-snapshot.ts';
import { isCalled, peopleCalled, roomsCalled } from './names.ts';
import { prepareQuery } from './prepare-query.ts';
import { destinations, suggest } from './suggest.ts';

const me = newId<UserId>();
const aoi = newId<UserId>();
const ben = newId<UserId>();
const benny = newId<UserId>();
const stranger = newId<UserId>();
const plans = newId<RoomId>();
const meetings = newId<RoomId>();
const direct = newId<RoomId>();

const person = (id: UserId, name: string, email?: string) =>
  [id, { id, known: name !== '', name, ...(email === undefined ? {} : { email }) }] as const;
const room = (id: RoomId, title: string, directWith?: UserId) => ({
  id,
  title: { state: 'open', value: title },
  ...(directWith === undefined ? {} : { directWith }),
});
const snapshot = {
  me: { id: me },
  people: new Map([
    person(me, 'Chloé Martin', 'chloe@acme.example'),
    person(aoi, '田中 葵'),
    person(ben, 'Ben Ito', 'ben@acme.example'),
    person(benny, 'Benny Ito'),
    person(stranger, ''),
  ]),
  rooms: [room(plans, 'Plans 2027'), room(meetings, '定例会議'), room(direct, '', ben)],
} as unknown as ClientSnapshot;

describe('names in a query', () => {
  it('mean who is called so: exactly, else by the beginning of words', () => {
    expect(peopleCalled(snapshot, 'ben ito')).toEqual([ben]);
    expect(peopleCalled(snapshot, 'BEN@acme.example')).toEqual([ben]);
    expect(peopleCalled(snapshot, 'ito')).toEqual([ben, benny]);
    expect(peopleCalled(snapshot, '葵')).toEqual([aoi]);
    expect(peopleCalled(snapshot, 'en')).toEqual([]);
    expect(peopleCalled(snapshot, 'me')).toEqual([me]);
    expect(roomsCalled(snapshot, 'plans')).toEqual([plans]);
    expect(roomsCalled(snapshot, '会議')).toEqual([meetings]);
    expect(roomsCalled(snapshot, 'Ben Ito')).toEqual([direct]);
    expect(isCalled('Plans 2027', '2027 pl')).toBe(true);
  });

  it('are suggested where a filter is typed, and rooms and people where nothing is', () => {
    expect(suggest(snapshot, 'fro', 3)).toEqual([{ kind: 'filter', filter: 'from', insert: 'from:', span: [0, 3] }]);
    const [first] = suggest(snapshot, 'plan from:be', 12);
    expect(first).toMatchObject({ kind: 'person', id: ben, insert: '"Ben Ito" ', span: [10, 12] });
    expect(suggest(snapshot, 'in:定', 4)).toMatchObject([{ kind: 'room', id: meetings }]);
    expect(suggest(snapshot, 'has:im', 6)).toMatchObject([{ filter: 'has:image', insert: 'image' }]);
    expect(destinations(snapshot, 'be')).toMatchObject([{ id: direct }, { id: ben }, { id: benny }]);
    expect(destinations(snapshot, ' ')).toEqual([]);
  });

  it('become ids before anything leaves; identity is asked for people who are not known here', async () => {
    const asked: string[] = [];
    const options = { snapshot: () => snapshot, roomsNamed: async () => {}, now: 0, timeZone: 'UTC' };
    const find = async (name: string) => {
      asked.push(name);
      return name === 'Hugo' ? [stranger] : [];
    };
    const known = await prepareQuery('plan from:"Ben Ito" in:plans', { ...options, find });
    expect(JSON.stringify(known)).not.toMatch(/Ben|plans/);
    expect(JSON.stringify(known)).toContain(ben);
    expect(await prepareQuery('from:Hugo', { ...options, find })).toEqual({ query: { from: [stranger] } });
    expect(await prepareQuery('from:Nobody in:Nowhere', { ...options, find })).toEqual({
      unknown: [
        { filter: 'from', name: 'Nobody' },
        { filter: 'in', name: 'Nowhere' },
      ],
    });
    expect(asked).toEqual(['Hugo', 'Nobody']);
  });
});
