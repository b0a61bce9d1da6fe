import {
  type DomainName,
  isDomainName,
  type OutsideMode,
  type OutsideOverview,
  type OutsidePolicy,
} from '@cloister/wire';
import type { Command } from '../command.ts';
import { isConfirmed, isMeant } from '../confirm.ts';
import { usageFailure } from '../failure.ts';
import { deciding } from '../outside/deciding.ts';
import { calledBy, isMet, policyText, roomsText } from '../outside/outside-lines.ts';
import { print } from '../print.ts';

const example = 'cloister outside policy listed globex.example';

/** Whom people may meet from now on. Where that ends what they do with somebody, it is confirmed. */
export const outsidePolicy: Command = async (context) => {
  const [mode, ...words] = context.words;
  const wanted = wantedOf(mode, words);
  return deciding(context, async ({ outside, overview }) => {
    // The list is kept for another day while it does not count.
    const domains = wanted.domains.length > 0 ? wanted.domains : overview.policy.domains;
    if (wanted.mode === 'listed' && domains.length === 0) throw usageFailure('which domains?', example);
    const policy = { mode: wanted.mode, domains };
    const stopped = stoppedLines(overview, policy);
    const planned = {
      act: 'policy',
      id: policy.mode,
      lines: [policyText(policy), ...stopped],
      look: 'cloister outside list',
    };
    if (!(await (stopped.length > 0 ? isConfirmed : isMeant)(context, planned))) return undefined;
    const after = await outside.setPolicy(policy, overview.version);
    print(context, after, [policyText(after.policy)]);
    return undefined;
  });
};

/** What people can do no more with whom, once the policy holds. */
export const stoppedLines = ({ organisations, policy: before }: OutsideOverview, policy: OutsidePolicy): string[] =>
  organisations
    .filter((each) => isMet(each, before) && !isMet(each, policy))
    .map((each) => `nothing is shared with ${calledBy(each)} any more: ${roomsText(each.rooms)} stop working with it`);

const wantedOf = (mode: string | undefined, words: readonly string[]): OutsidePolicy => {
  if (!isMode(mode)) throw usageFailure('whom may your people meet?', `everybody, listed or nobody: ${example}`);
  if (mode !== 'listed' && words.length > 0) throw usageFailure('domains go with listed', example);
  const domains = words.map((word) => word.toLowerCase());
  const odd = domains.find((domain) => !isDomainName(domain));
  if (odd !== undefined) throw usageFailure(`"${odd}" is no domain`, example);
  return { mode, domains: domains as DomainName[] };
};

const isMode = (word: string | undefined): word is OutsideMode =>
  word === 'everybody' || word === 'listed' || word === 'nobody';
