import { expect, it } from 'vitest';
import { matchRooms } from './match-rooms.ts';

const rooms = ['Budget 2027', 'Garden', 'Team garden', '設計レビュー', 'ＡＢＣ計画'].map((title, index) => ({
  title,
  unread: index === 2 ? 1 : 0,
}));
const titles = (query: string) => matchRooms(rooms, query).map(({ title }) => title);

it('shows unread rooms first when nothing is typed', () => {
  expect(titles('')).toEqual(['Team garden', 'Budget 2027', 'Garden', '設計レビュー', 'ＡＢＣ計画']);
});

it('puts titles that begin with the query first', () => {
  expect(titles('GAR')).toEqual(['Garden', 'Team garden']);
});

it('wants every word, in any order', () => {
  expect(titles('garden team')).toEqual(['Team garden']);
  expect(titles('garden budget')).toEqual([]);
});

it('finds full-width and half-width forms alike', () => {
  expect(titles('abc')).toEqual(['ＡＢＣ計画']);
  expect(titles('ﾚﾋﾞｭｰ')).toEqual(['設計レビュー']);
});
