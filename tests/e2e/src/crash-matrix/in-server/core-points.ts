import type { Passage } from '../wire.ts';
import type { Point } from './points.ts';
import { after, all, before, during, methods, type PassageOf, type Wrap } from './wrap.ts';

const kinds: Readonly<Record<string, string>> = {
  create: 'create',
  add: 'add',
  leave: 'remove',
  assignModerator: 'appoint',
  unassignModerator: 'dismiss',
};

const kindOf = (verb: string): string => kinds[verb] ?? verb;

const ofRequest: PassageOf = ([, roomId, request]) => ({
  kind: kindOf((request as { verb: string }).verb),
  roomId: `${roomId}`,
});
const ofCreate: PassageOf = ([, create]) => ({ kind: 'create', roomId: `${(create as { roomId?: string }).roomId}` });
/** The argument at this place is an intent or a frame. */
const of =
  (place: number): PassageOf =>
  (given) => {
    const { kind, roomId } = given[place] as Passage;
    return { kind, roomId };
  };
const ofFrame =
  (type: string): PassageOf =>
  ([frame]) =>
    (frame as { type: string }).type === type ? of(0)([frame]) : undefined;
/** Of what was decided by a receipt: posts and titles go the same way. */
const ofEntries: PassageOf = ([roomId, , entries]) => {
  const [first] = entries as { verb: string; receipt: string | null }[];
  return first === undefined || first.receipt === null ? undefined : { kind: kindOf(first.verb), roomId: `${roomId}` };
};

const ofRemovalFrame: PassageOf = ([, frame]) => ({ kind: 'remove', roomId: (frame as Passage).roomId });
const ofRemoval: PassageOf = ([, removal]) => ofRemovalFrame([null, (removal as { frame: unknown }).frame]);

const writing = all(before('core: intent not written', of(1)), after('core: intent written, not committed', of(1)));

/** Time passes faster than in production where the matrix would only wait: what is pending is asked for twice a second. */
const impatient: Wrap =
  (real, { patience }) =>
  (config: never, options: never) =>
    real(config, { ...(options as object), sweepEvery: 500, patience } as never);

export const corePoints: Readonly<Record<string, Point>> = {
  'core-realm/core/src/core.ts': { exports: { startCore: impatient } },
  'core-realm/core/src/change/room-changes.ts': {
    patch: methods('RoomChanges', {
      change: all(before('core: request parsed', ofRequest), after('core: answer not sent', ofRequest)),
      create: all(before('core: request parsed', ofCreate), after('core: answer not sent', ofCreate)),
    }),
  },
  'core-realm/core/src/change/write-intent.ts': { exports: { writeIntent: writing } },
  'core-realm/core/src/change/write-create.ts': { exports: { writeCreate: writing } },
  'core-realm/core/src/change/two-part-changes.ts': {
    patch: methods('TwoPartChanges', { carry: before('core: intent committed', of(0)) }),
  },
  'core-realm/core/src/realm-link/realm-node.ts': {
    patch: methods('RealmNode', {
      ask: all(
        during('core: frame sent', ofFrame('operation')),
        before('core: status not asked', ofFrame('operation-status')),
      ),
    }),
  },
  'core-realm/core/src/change/conclude.ts': { exports: { conclude: before('core: receipt received', of(0)) } },
  'core-realm/core/src/change/link-receipt.ts': {
    exports: { linkReceipt: after('core: concluded, not committed', of(1)) },
  },
  'core-realm/core/src/change/leaver-removals.ts': {
    patch: methods('LeaverRemovals', {
      record: all(
        before('core: removal received', ofRemovalFrame),
        after('core: removal not answered', ofRemovalFrame),
      ),
    }),
  },
  'core-realm/core/src/change/write-removal.ts': {
    exports: {
      writeRemoval: all(
        before('core: removal not written', ofRemoval),
        after('core: removal written, not committed', ofRemoval),
      ),
    },
  },
  'core-realm/core/src/rooms/announcer.ts': {
    patch: methods('Announcer', { announce: before('core: committed, nobody told', ofEntries) }),
  },
};
