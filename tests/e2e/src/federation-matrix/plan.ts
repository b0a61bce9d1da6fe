import type { Chance } from '../crash/chance.ts';
import type { StepName } from '../crash-matrix/step-name.ts';
import { type FaultName, faultNames, type Party } from './faults.ts';
import { type OperationName, operationNames } from './operations.ts';

/** Where an operation stands still. */
export interface Place {
  readonly at: Party;
  readonly step: StepName;
}

/** One operation that stands at one step when a fault strikes. */
export interface Cell {
  readonly operation: OperationName;
  readonly place: Place;
}

/** Cells that one fault strikes at once, each in a room of its own. */
export interface Volley {
  readonly fault: FaultName;
  readonly cells: readonly Cell[];
}

const at =
  (party: Party) =>
  (step: StepName): Place => ({ at: party, step });

const inTransaction: readonly StepName[] = [
  'kms: operation noted, not applied',
  'kms: applied, not signed',
  'kms: audited, not committed',
];
const asked: readonly Place[] = (['core: request parsed', 'core: intent committed', 'core: frame sent'] as const).map(
  at('core'),
);
const told: readonly Place[] = (['core: receipt received', 'core: answer not sent'] as const).map(at('core'));
const decided: readonly StepName[] = ['kms: no transaction yet', ...inTransaction, 'kms: committed'];

/** Every step of a change on its way from the core over the own key server to home, and back. */
const elsewhere: readonly Place[] = [
  ...asked,
  ...(['kms: received', 'kms: change not passed on'] as const).map(at('own')),
  at('home')('kms: change passed on'),
  ...decided.map(at('home')),
  at('home')('kms: change not answered'),
  ...(['kms: home has answered', 'kms: receipt not sent'] as const).map(at('own')),
  ...told,
];
/** A create is at home where it is asked for. */
const here: readonly Place[] = [
  ...asked,
  at('own')('kms: received'),
  ...decided.map(at('own')),
  at('own')('kms: receipt not sent'),
  ...told,
];

export const placesOf = (operation: OperationName): readonly Place[] => (operation === 'create' ? here : elsewhere);

/**
 * A key server has ten connections to its database, and each of these transactions holds one; it has six to another realm's,
 * and what stands still at home holds one of those.
 */
const most = { cells: 24, transactions: 7, atHome: 5 } as const;

const every: readonly Cell[] = operationNames.flatMap((operation) =>
  placesOf(operation).map((place) => ({ operation, place })),
);

/** Every fault at every step of every operation. */
export const everything = (chance: Chance): Volley[] =>
  faultNames.flatMap((fault) => pack(fault, chance.shuffle(every)));

/** Every fault at every step, of an operation that chance chooses. */
export const singles = (chance: Chance): Volley[] =>
  faultNames.flatMap((fault) => {
    const byPlace = Map.groupBy(every, ({ place }) => `${place.at} ${place.step}`);
    return pack(
      fault,
      [...byPlace.values()].map((cells) => chance.pick(cells)),
    );
  });

const pack = (fault: FaultName, cells: readonly Cell[]): Volley[] => {
  const volleys: Cell[][] = [];
  for (const cell of cells) {
    const free = volleys.find((volley) => fits([...volley, cell]));
    if (free === undefined) volleys.push([cell]);
    else free.push(cell);
  }
  return volleys.map((some) => ({ fault, cells: some }));
};

const fits = (cells: readonly Cell[]): boolean =>
  cells.length <= most.cells &&
  cells.filter(({ place: { at } }) => at === 'home').length <= most.atHome &&
  (['own', 'home'] as const).every(
    (party) =>
      cells.filter(({ place: { at, step } }) => at === party && inTransaction.includes(step)).length <=
      most.transactions,
  );

export const nameOf = ({ operation, place: { at, step } }: Cell): string =>
  `${operation} at "${step.replace(/^kms/, at)}"`;
