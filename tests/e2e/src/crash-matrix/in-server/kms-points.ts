import { AsyncLocalStorage } from 'node:async_hooks';
import type { Passage } from '../wire.ts';
import type { Point } from './points.ts';
import { after, all, before, methods, type PassageOf, type Wrap } from './wrap.ts';

/** The operation that the key server is at, for functions that are not told of it. */
const current = new AsyncLocalStorage<Passage>();

const ofFrame: PassageOf = ([, frame]) => {
  const { kind, roomId } = frame as Passage;
  return { kind, roomId };
};
/** A change that another realm's key server passes on. */
const ofPeerAsk: PassageOf = ([, , asked]) => {
  const { kind, roomId } = asked as Passage;
  return { kind, roomId };
};
const ofCurrent: PassageOf = () => current.getStore();
/** A row that is not decided yet; closed operations are inserted with their end. */
const ofUndecided: PassageOf = ([, row]) => ((row as { status: number }).status === 0 ? current.getStore() : undefined);

/** A removal that nobody asked for knows its resource, whose room the test knows. */
const ofLeaver: PassageOf = ([, resourceId]) => ({ kind: 'remove', roomId: `${resourceId}` });

const within =
  (passageOf: PassageOf): Wrap =>
  (real) =>
    function (this: unknown, ...given) {
      return current.run(passageOf(given) as Passage, () => Reflect.apply(real, this, given));
    };

/** What a fault kept the key server from removing is looked for twice a second. */
const impatient: Wrap = (real) => (parts: never) => real({ ...(parts as object), every: 500 } as never);

export const kmsPoints: Readonly<Record<string, Point>> = {
  'kms/src/batch/handle-operation.ts': {
    exports: {
      handleOperation: all(within(ofFrame), before('kms: received', ofFrame), after('kms: receipt not sent', ofFrame)),
    },
  },
  'kms/src/batch/handle-operation-status.ts': {
    exports: {
      handleOperationStatus: all(
        within(ofFrame),
        before('kms: status received', ofFrame),
        after('kms: status not answered', ofFrame),
      ),
    },
  },
  'kms/src/federation/changes/change-elsewhere.ts': {
    exports: {
      changeElsewhere: all(before('kms: change not passed on', ofFrame), after('kms: home has answered', ofFrame)),
    },
  },
  'kms/src/federation/changes/decide-for-peer.ts': {
    exports: {
      decideForPeer: all(
        within(ofPeerAsk),
        before('kms: change passed on', ofPeerAsk),
        after('kms: change not answered', ofPeerAsk),
      ),
    },
  },
  'kms/src/operations/change-once.ts': {
    exports: {
      changeOnce: all(before('kms: no transaction yet', ofCurrent), after('kms: committed', ofCurrent)),
    },
  },
  'kms/src/store/operation-row.ts': {
    exports: { insertOperation: after('kms: operation noted, not applied', ofUndecided) },
  },
  'kms/src/operations/apply.ts': { exports: { apply: after('kms: applied, not signed', ofCurrent) } },
  'kms/src/operations/close-operation.ts': { exports: { closeOperation: after('kms: closed', ofCurrent) } },
  'kms/src/leavers/keep-removing.ts': { exports: { keepRemoving: impatient } },
  'kms/src/leavers/remove-leaver.ts': {
    exports: {
      removeLeaver: all(
        within(ofLeaver),
        before('kms: leaver found', ofLeaver),
        after('kms: leaver removed', ofLeaver),
      ),
    },
  },
  'kms/src/audit/audit-log.ts': {
    patch: methods('AuditLog', { append: after('kms: audited, not committed', ofCurrent) }),
  },
};
