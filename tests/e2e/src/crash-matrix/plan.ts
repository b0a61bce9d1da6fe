import type { Chance } from '../crash/chance.ts';
import { type FaultName, faultNames } from './faults.ts';
import { type OperationName, operationNames } from './operations.ts';
import { lanes } from './rooms.ts';
import { type StepName, stepNames } from './step-name.ts';

/** One operation that stands at one step when a fault strikes, and at another one of its recovery when the second does. */
export interface Cell {
  readonly operation: OperationName;
  readonly step: StepName;
  readonly later?: StepName;
}

/** Cells that one fault strikes at once, each in a room of its own: what happens in one room is nothing to the others. */
export interface Volley {
  readonly faults: readonly FaultName[];
  readonly cells: readonly Cell[];
}

/** While an operation stands at one of these, the core writes no other room of its lane. */
const inLane: readonly StepName[] = [
  'core: intent not written',
  'core: intent written, not committed',
  'core: concluded, not committed',
  'core: committed, nobody told',
];
/** At these the key server holds one of its ten connections. */
const inKmsTransaction: readonly StepName[] = [
  'kms: operation noted, not applied',
  'kms: applied, not signed',
  'kms: audited, not committed',
];
const inTransaction: readonly StepName[] = [...inLane.slice(0, 3), ...inKmsTransaction];
const beforeCommit: readonly StepName[] = [
  'core: intent written, not committed',
  'kms: audited, not committed',
  'core: concluded, not committed',
];

export const holdsLane = ({ step, later }: Cell): boolean => inLane.includes(later ?? step) || inLane.includes(step);

const recovery = stepNames.indexOf('core: status not asked');
export const firstSteps: readonly StepName[] = stepNames.slice(0, recovery);

const stepsOf = (fault: FaultName): readonly StepName[] => {
  if (fault === 'kill a backend' || fault === 'end the backends') return inTransaction;
  return fault === 'lose the answer of a commit' ? beforeCommit : firstSteps;
};

const each = (steps: readonly StepName[], later: readonly (StepName | undefined)[] = [undefined]): Cell[] =>
  steps.flatMap((step) =>
    later.flatMap((second) =>
      operationNames.map((operation) => ({ operation, step, ...(second === undefined ? {} : { later: second }) })),
    ),
  );

/** Every fault at every step of every operation. */
export const singles = (): Volley[] => faultNames.flatMap((fault) => pack([fault], each(stepsOf(fault))));

const closedByQuestion: readonly StepName[] = [
  'core: status not asked',
  'kms: status received',
  'kms: closed',
  'kms: status not answered',
  'core: receipt received',
  'core: concluded, not committed',
];
const appliedBefore: readonly StepName[] = [
  'core: status not asked',
  'kms: status received',
  'kms: status not answered',
  'core: receipt received',
  'core: concluded, not committed',
  'core: committed, nobody told',
];
const askedAgain: readonly StepName[] = ['kms: received', 'kms: receipt not sent'];

/** One volley of each second fault, as chance will have it. */
export const sampleOf = (volleys: readonly Volley[], chance: Chance): Volley[] =>
  [...Map.groupBy(volleys, ({ faults }) => faults.at(-1)).values()].map((group) => chance.pick(group));

/** A second fault while the servers recover from a first one; README.md says why the other pairs are none of their own. */
export const doubles = (): Volley[] =>
  (['kill core', 'kill kms', 'kill postgres'] as const).flatMap((second) => [
    ...pack(['kill core', second], each(['core: intent committed'], closedByQuestion)),
    ...pack(['kill core', second], each(['kms: committed'], appliedBefore)),
    ...pack(['kill kms', second], each(['kms: committed'], askedAgain)),
  ]);

const most = { cells: 24, lane: lanes, newInLane: 1, transactions: 8 } as const;

/** As few volleys as the servers' own limits allow: cells go, one after the other, where most room is left. */
const pack = (faults: readonly FaultName[], cells: readonly Cell[]): Volley[] => {
  const bound = (count: number, limit: number) => Math.ceil(count / limit);
  const need = Math.max(
    bound(cells.length, most.cells),
    bound(cells.filter(holdsLane).length, most.lane),
    bound(cells.filter(isNewInLane).length, most.newInLane),
    bound(cells.filter(inKms).length, most.transactions),
  );
  for (let count = need; ; count += 1) {
    const volleys = Array.from({ length: count }, (): Cell[] => []);
    // The choosiest first.
    const sorted = cells.toSorted((a, b) => weight(b) - weight(a));
    const placed = sorted.every((cell) => {
      const free = volleys.filter((volley) => fits(volley, cell)).sort((a, b) => a.length - b.length)[0];
      free?.push(cell);
      return free !== undefined;
    });
    if (placed) return volleys.map((some) => ({ faults, cells: some }));
  }
};

const isNewInLane = (cell: Cell): boolean => holdsLane(cell) && cell.operation === 'create';
const inKms = ({ step, later }: Cell): boolean => inKmsTransaction.includes(later ?? step);
const weight = (cell: Cell): number => Number(holdsLane(cell)) + Number(isNewInLane(cell)) + Number(inKms(cell));

const fits = (volley: readonly Cell[], cell: Cell): boolean => {
  const all = [...volley, cell];
  return (
    all.length <= most.cells &&
    all.filter(holdsLane).length <= most.lane &&
    all.filter(isNewInLane).length <= most.newInLane &&
    all.filter(inKms).length <= most.transactions
  );
};

export const nameOf = ({ operation, step, later }: Cell): string =>
  later === undefined ? `${operation} at "${step}"` : `${operation} at "${step}", then at "${later}"`;
