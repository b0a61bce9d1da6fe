import { type Administration, openAdministration } from '@cloister/sdk';
import { isUuid, type Member } from '@cloister/wire';
import { actor } from './actor.ts';
import type { CommandContext } from './command.ts';
import { Failure, usageFailure } from './failure.ts';
import { signedIn } from './signed-in.ts';

/** Runs `work` as the administrator of `--as` (or CLOISTER_AS); it needs identity alone, no device. */
export const administering = async <T>(
  context: CommandContext,
  work: (administration: Administration) => Promise<T>,
): Promise<T> => {
  const { evaluation, person } = await actor(context);
  return work(openAdministration(await signedIn(evaluation, person)));
};

/** A person of the organisation by id, e-mail address or name, disabled people too. */
export const findMember = (people: readonly Member[], wanted: string): Member => {
  const lower = wanted.toLowerCase();
  const found = people.filter(
    ({ id, email, name }) => id === wanted || email.toLowerCase() === lower || name.toLowerCase() === lower,
  );
  const [only, second] = found;
  if (only === undefined) {
    throw new Failure('identity/not-found', `nobody of your organisation is called "${wanted}"`, {
      hint: 'cloister people search <name>',
    });
  }
  if (second !== undefined) {
    throw new Failure('client/invalid-request', `several people are called "${wanted}"`, {
      hint: `one of: ${found.map(({ email }) => email).join(', ')}`,
    });
  }
  return only;
};

/** An id written on the command line. */
export const idOf = <T extends string>(what: string, wanted: string | undefined, example: string): T => {
  if (!isUuid(wanted)) throw usageFailure(`which ${what}?`, example);
  return wanted as string as T;
};
