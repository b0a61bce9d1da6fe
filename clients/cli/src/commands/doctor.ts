import type { Command } from '../command.ts';
import { checkCertificates } from '../doctor/certificates.ts';
import { checkClock } from '../doctor/clock.ts';
import { checkDatabases } from '../doctor/databases.ts';
import { checkKeystores } from '../doctor/keystores.ts';
import { checkAddresses, checkServers } from '../doctor/realms.ts';
import { readEvaluation } from '../evaluation.ts';
import { exitCode } from '../failure.ts';
import { print, table } from '../print.ts';

/** Looks at everything a running deployment promises that can be seen from here; exit code 1 when something is wrong. */
export const doctor: Command = async (context) => {
  const evaluation = await readEvaluation(context.io, context.args.data);
  const found = await Promise.all([
    checkServers(evaluation),
    checkKeystores(evaluation),
    checkAddresses(evaluation),
    checkCertificates(evaluation),
    checkDatabases(evaluation),
    checkClock(evaluation).then((finding) => [finding]),
  ]);
  const findings = found.flat();
  if (context.args.json) for (const each of findings) print(context, each, []);
  else print(context, findings, table(findings.map(({ check, ok, detail }) => [ok ? 'ok' : 'WRONG', check, detail])));
  const wrong = findings.filter(({ ok }) => !ok);
  if (!context.args.json) {
    for (const { check, detail, hint } of wrong) {
      context.io.err(`error: ${check}: ${detail}`);
      if (hint !== undefined) context.io.err(`hint: ${hint}`);
    }
  }
  return wrong.length === 0 ? exitCode.done : exitCode.failed;
};
