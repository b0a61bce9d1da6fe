import { CloisterError } from '@cloister/wire';
import { expect, it } from 'vitest';
import type { HttpAnswer } from '../http/http-answer.ts';
import { activity, ben, roomId } from '../testing/log.ts';
import { RoomChanges } from './room-changes.ts';

const half = { verb: 'add', object: { objectType: 'person', id: ben } } as const;
const call = { method: 'create', uri: '/authorizations' } as const;
const closed: HttpAnswer = { status: 409, body: { code: 'core/operation-refused' } };
const refused: HttpAnswer = { status: 400, body: { errorCode: 1900000, message: 'sealed refusal' } };
const applied: HttpAnswer = { status: 200, body: activity(3, half) };

/** A core that gives these answers, one a request, and keeps what it was sent. */
const changesWith = (...answers: HttpAnswer[]) => {
  const requests: Record<string, unknown>[] = [];
  const answer = async (body: object): Promise<HttpAnswer> => {
    requests.push(body as Record<string, unknown>);
    const next = answers.shift();
    if (next === undefined) throw new Error('the core was asked once too often');
    return next;
  };
  let sealed = 0;
  const keyServer = {
    seal: async () => {
      sealed += 1;
      const open = () => Promise.reject(new CloisterError('kms/not-authorized'));
      return { sealed: `sealed ${sealed}`, open };
    },
  };
  const core = { change: (_id: string, body: object) => answer(body), create: answer };
  return { changes: new RoomChanges(core, keyServer, () => 'one id'), requests };
};

it('seals a change anew that a crash cut off before the key server saw it', async () => {
  const { changes, requests } = changesWith(closed, applied);
  expect((await changes.change(roomId, half, call)).activity.position).toBe(3);
  expect(requests.map(({ kmsMessage }) => kmsMessage)).toEqual(['sealed 1', 'sealed 2']);
  expect(new Set(requests.map(({ clientTempId }) => clientTempId))).toEqual(new Set(['one id']));
});

it('gives up on a change that is cut off again and again', async () => {
  const { changes, requests } = changesWith(closed, closed, closed);
  await expect(changes.change(roomId, half, call)).rejects.toMatchObject({ code: 'core/operation-refused' });
  expect(requests).toHaveLength(3);
});

it('asks no second time what the key server refused', async () => {
  const { changes, requests } = changesWith(refused);
  await expect(changes.change(roomId, half, call)).rejects.toMatchObject({ code: 'kms/not-authorized' });
  expect(requests).toHaveLength(1);
});
