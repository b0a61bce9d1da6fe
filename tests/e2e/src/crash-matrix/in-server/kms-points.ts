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
const ofCurrent: PassageOf = () => current.getStore();
/** A row that is not decided yet; closed operations are inserted with their end. */
const ofUndecided: PassageOf = ([, row]) => ((row as { status: number }).status === 0 ? current.getStore() : undefined);

const within: Wrap = (real) =>
  function (this: unknown, ...given) {
    return current.run(ofFrame(given) as Passage, () => Reflect.apply(real, this, given));
  };

export const kmsPoints: Readonly<Record<string, Point>> = {
  'kms/src/batch/handle-operation.ts': {
    exports: {
      handleOperation: all(within, before('kms: received', ofFrame), after('kms: receipt not sent', ofFrame)),
    },
  },
  'kms/src/batch/handle-operation-status.ts': {
    exports: {
      handleOperationStatus: all(
        within,
        before('kms: status received', ofFrame),
        after('kms: status not answered', ofFrame),
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
  'kms/src/audit/audit-log.ts': {
    patch: methods('AuditLog', { append: after('kms: audited, not committed', ofCurrent) }),
  },
};
