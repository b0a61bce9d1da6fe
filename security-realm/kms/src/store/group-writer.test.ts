import { expect, it } from 'vitest';
import { GroupWriter } from './group-writer.ts';

/** A writer whose groups are finished by hand. */
const byHand = (most: number) => {
  const groups: { items: readonly number[]; finish: PromiseWithResolvers<void> }[] = [];
  let begun = Promise.withResolvers<void>();
  const writer = new GroupWriter<number>(most, (items) => {
    const finish = Promise.withResolvers<void>();
    groups.push({ items, finish });
    begun.resolve();
    begun = Promise.withResolvers<void>();
    return finish.promise;
  });
  return { writer, groups, next: () => begun.promise };
};

it('writes what comes at one moment, and what comes while it writes, as a group each', async () => {
  const { writer, groups, next } = byHand(10);
  const first = [writer.add([1]), writer.add([2, 3])];
  await next();
  const second = [writer.add([4]), writer.add([5])];
  expect(groups.map(({ items }) => items)).toEqual([[1, 2, 3]]);
  const following = next();
  groups[0]?.finish.resolve();
  await Promise.all(first);
  await following;
  groups[1]?.finish.resolve();
  await Promise.all(second);
  expect(groups.map(({ items }) => items)).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
});

it('tells a failure to everybody in the group, and goes on with the next', async () => {
  const { writer, groups, next } = byHand(10);
  const failing = Promise.allSettled([writer.add([1]), writer.add([2])]);
  await next();
  const later = writer.add([3]);
  const following = next();
  groups[0]?.finish.reject(new Error('the database is down'));
  expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await following;
  groups[1]?.finish.resolve();
  await later;
});

it('splits what is more than a group holds, but never what one caller gave', async () => {
  const { writer, groups, next } = byHand(2);
  const all = [writer.add([1, 2, 3]), writer.add([4]), writer.add([5]), writer.add([6])];
  for (let count = 0; count < 3; count++) {
    if (groups[count] === undefined) await next();
    groups[count]?.finish.resolve();
  }
  await Promise.all(all);
  expect(groups.map(({ items }) => items)).toEqual([[1, 2, 3], [4, 5], [6]]);
});

it('writes nothing for nothing', async () => {
  const { writer, groups } = byHand(2);
  await writer.add([]);
  expect(groups).toEqual([]);
});
