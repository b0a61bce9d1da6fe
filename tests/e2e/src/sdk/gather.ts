import { type Constellation, type ConstellationOptions, constellation } from '@cloister/testkit';
import { type SdkPerson, type SdkPersonOptions, sdkPerson } from './sdk-person.ts';

/** A constellation and people of it by their names; `end` closes what was opened. */
export type Gathering<Name extends string> = Readonly<Record<Name, SdkPerson>> & {
  readonly all: Constellation;
  end(): Promise<void>;
};

/** Starts a constellation and signs these people in, each with a client of their own. */
export const gather = async <const Name extends string>(
  names: readonly Name[],
  options: Partial<Record<Name, SdkPersonOptions>> = {},
  deployment?: ConstellationOptions,
): Promise<Gathering<Name>> => {
  const all = await constellation(deployment);
  const come = await Promise.allSettled(names.map((name) => sdkPerson(all, name, options[name])));
  const people = come.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const end = async () => {
    await Promise.all(people.map((person) => person.close()));
    await all.stop();
  };
  const absent = come.find((one) => one.status === 'rejected');
  if (absent !== undefined) {
    await end();
    throw absent.reason;
  }
  const named = Object.fromEntries(names.map((name, index) => [name, people[index]]));
  return { ...(named as Record<Name, SdkPerson>), all, end };
};
