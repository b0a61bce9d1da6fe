import { memoryStore, signInWithPassword } from '@cloister/sdk';
import type { Command } from '../command.ts';
import { deploymentFor, personOf, readEvaluation } from '../evaluation.ts';
import { usageFailure } from '../failure.ts';
import { print } from '../print.ts';

/** The full access token that published clients start from: for identity alone, they reduce it (kms.md §3.2). */
export const token: Command = async (context) => {
  const { io, args, words } = context;
  const email = words[0] ?? args.as;
  if (email === undefined) throw usageFailure('whose token?', 'cloister token alice@acme.example');
  const evaluation = await readEvaluation(io, args.data);
  const person = personOf(evaluation, email);
  const { client } = evaluation.endpoints;
  const deployment = {
    ...(await deploymentFor(evaluation, person)),
    clientId: client.id,
    clientSecret: client.secret,
    scope: args.scope ?? client.scope,
  };
  const session = await signInWithPassword({ deployment, store: memoryStore(), email, password: person.password });
  const accessToken = await session.fullToken();
  print(context, { accessToken, personId: session.personId, organisationId: session.organisationId }, [accessToken]);
  return undefined;
};
