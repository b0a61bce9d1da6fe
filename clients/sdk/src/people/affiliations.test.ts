import type { OrganisationId } from '@cloister/wire';
import * as fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { acme, alice, ben, chloe, gina, globex, umbrella } from '../testing/log.ts';
import { Affiliations, type Witness } from './affiliations.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
let changed: number;
let affiliations: Affiliations;

beforeEach(() => {
  changed = 0;
  affiliations = new Affiliations({
    me: alice,
    organisationId: acme,
    changed: () => {
      changed += 1;
    },
  });
});

it('lets identity be asked about oneself, colleagues, and people nobody shares a room with', () => {
  affiliations.met(ben, acme);
  expect([alice, ben, chloe].map((id) => affiliations.mayAsk(id))).toEqual([true, true, true]);
});

it('lets it be asked about nobody of another organisation, nor about somebody in a room of whom nobody says (wires §13)', () => {
  affiliations.met(gina, globex);
  affiliations.met(chloe, undefined);
  expect([gina, chloe].map((id) => affiliations.mayAsk(id))).toEqual([false, false]);
});

it('names the organisations of a room’s other people, each once and in one order', () => {
  affiliations.met(ben, acme);
  affiliations.met(gina, umbrella);
  affiliations.met(chloe, globex);
  expect(affiliations.outsideOf([alice, gina, ben, chloe, gina])).toEqual([globex, umbrella]);
  expect(affiliations.outsideOf([alice, ben])).toEqual([]);
});

it('does not take a person’s organisation from the core once the own key server or identity said another', () => {
  affiliations.says('key-server', gina, globex);
  affiliations.met(gina, acme);
  expect([affiliations.of(gina), affiliations.mayAsk(gina)]).toEqual([globex, false]);
  affiliations.met(ben, globex);
  affiliations.says('identity', ben, acme);
  expect([affiliations.of(ben), affiliations.isOutside(ben)]).toEqual([acme, false]);
});

it('never believes that oneself is of another organisation', () => {
  for (const witness of ['core', 'key-server', 'identity'] as const) affiliations.says(witness, alice, globex);
  expect([affiliations.of(alice), changed]).toEqual([acme, 0]);
});

it('ends with the first word of whoever weighs most, in whatever order they speak, and says each change', () => {
  const word = fc.record({
    witness: fc.constantFrom<Witness>('core', 'key-server', 'identity'),
    organisationId: fc.constantFrom<OrganisationId>(acme, globex, umbrella),
  });
  void fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), (words) => {
      let told: (OrganisationId | undefined)[] = [];
      const under = new Affiliations({ me: alice, organisationId: acme, changed: () => told.push(under.of(gina)) });
      for (const { witness, organisationId } of words) under.says(witness, gina, organisationId);
      const first = (by: Witness) => words.find(({ witness }) => witness === by)?.organisationId;
      expect(under.of(gina)).toBe(first('identity') ?? first('key-server') ?? first('core'));
      told = told.filter((one, at) => one === told[at - 1]);
      expect(told).toEqual([]);
    }),
    { numRuns },
  );
});
