import { CloisterError } from '@cloister/wire';
import { expect, it } from 'vitest';
import { whenHsmAnswers } from './when-hsm-answers.ts';

const failing = (times: number, code: 'hsm/unavailable' | 'hsm/unauthenticated') => {
  let calls = 0;
  return {
    calls: () => calls,
    work: async () => {
      calls += 1;
      if (calls <= times) throw new CloisterError(code);
      return 'done';
    },
  };
};
const pause = async () => {};

it('asks again while the hsm does not answer, so often', async () => {
  expect(await whenHsmAnswers(failing(2, 'hsm/unavailable').work, { attempts: 3, pause })).toBe('done');
  await expect(whenHsmAnswers(failing(3, 'hsm/unavailable').work, { attempts: 3, pause })).rejects.toMatchObject({
    code: 'hsm/unavailable',
  });
});

it('does not ask again an hsm that says no', async () => {
  const no = failing(1, 'hsm/unauthenticated');
  await expect(whenHsmAnswers(no.work, { attempts: 3, pause })).rejects.toMatchObject({ code: 'hsm/unauthenticated' });
  expect(no.calls()).toBe(1);
});
