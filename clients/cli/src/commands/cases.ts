import type { Administration } from '@cloister/sdk';
import type { CaseId, CaseView, Member } from '@cloister/wire';
import { administering, findMember, idOf } from '../administering.ts';
import type { Command } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { print, table } from '../print.ts';

const example = 'cloister case open "Matter 17" aoi@acme.example --officer ben@acme.example --days 30';
const day = 24 * 60 * 60 * 1000;
const usualDays = 30;

/** Opens an eDiscovery case; it counts for nothing until a second administrator approves it (R097). */
export const caseOpen: Command = async (context) => {
  const [reference, ...wanted] = context.words;
  const { officer, days = usualDays } = context.args;
  if (reference === undefined) throw usageFailure('what is the case called?', example);
  if (officer === undefined) throw usageFailure('who may read, as officer?', example);
  if (wanted.length === 0) throw usageFailure('whose rooms may be read?', example);
  return administering(context, async (administration) => {
    const people = await administration.people();
    const id = await administration.openCase({
      reference,
      officer: findMember(people, officer).id,
      custodians: wanted.map((each) => findMember(people, each).id),
      expiresAt: new Date(Date.now() + days * day),
    });
    print(context, { id, reference }, [id]);
    return undefined;
  });
};

/** Every case, newest first. */
export const caseList: Command = (context) =>
  administering(context, async (administration) => {
    const cases = await administration.cases();
    if (context.args.json) for (const each of cases) print(context, each, []);
    else {
      const people = cases.length === 0 ? [] : await administration.people();
      print(context, cases, cases.length === 0 ? ['no cases'] : table(cases.map((each) => lineOf(each, people))));
    }
    return undefined;
  });

const lineOf = ({ id, reference, state, officer, custodians, expiresAt }: CaseView, people: readonly Member[]) => {
  const nameOf = (wanted: string) => people.find((person) => person.id === wanted)?.name ?? wanted;
  const named = custodians.map(nameOf).join(', ');
  return [id, state, reference, `${nameOf(officer)} reads for ${named}`, `until ${expiresAt}`];
};

const deciding =
  (verb: string, state: string, decide: (administration: Administration, id: CaseId) => Promise<void>): Command =>
  async (context) => {
    const id = idOf<CaseId>('case', context.words[0], `cloister case ${verb} <id>; cloister case list tells`);
    return administering(context, async (administration) => {
      await decide(administration, id);
      print(context, { id, state }, []);
      return undefined;
    });
  };

/** As the second administrator, who is not in the case. */
export const caseApprove = deciding('approve', 'open', (administration, id) => administration.approveCase(id));
export const caseClose = deciding('close', 'closed', (administration, id) => administration.closeCase(id));
