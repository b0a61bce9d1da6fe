import { administering, findMember } from '../administering.ts';
import type { Command } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { print } from '../print.ts';

const changing =
  (verb: string, active: boolean): Command =>
  async (context) => {
    const wanted = context.words.join(' ');
    if (wanted === '') throw usageFailure('whom?', `cloister people ${verb} aoi@acme.example --as alice@acme.example`);
    return administering(context, async (administration) => {
      const { id } = findMember(await administration.people(), wanted);
      await administration.changePerson(id, { active });
      print(context, { id, active }, []);
      return undefined;
    });
  };

/** Somebody leaves the organisation: signed out everywhere and removed from every room (R332). */
export const peopleDeactivate = changing('deactivate', false);
/** They may sign in again; rooms they were removed from stay without them. */
export const peopleActivate = changing('activate', true);
