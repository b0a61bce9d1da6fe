import { parseArguments } from './arguments.ts';
import type { Command } from './command.ts';
import { caseApprove, caseClose, caseList, caseOpen } from './commands/cases.ts';
import { domainClaim, domainList, domainRemove, domainVerify } from './commands/domains.ts';
import { functionList, functionOff, functionOn } from './commands/functions.ts';
import { keyAddAws, keyRotate, keyUpload } from './commands/key-add.ts';
import { keyDiagnose } from './commands/key-diagnose.ts';
import { keyCheck, keyMake, keyPublic } from './commands/key-files.ts';
import { keyHistory, keyList } from './commands/key-look.ts';
import { keyActivate, keyDelete, keyRemove, keyRevoke, keyUndelete, keyUseDefault } from './commands/key-state.ts';
import { machineAdd, machineRemove } from './commands/machines.ts';
import { outsideList } from './commands/outside-list.ts';
import { outsidePause, outsideResume } from './commands/outside-pause.ts';
import { outsidePolicy } from './commands/outside-policy.ts';
import { peopleActivate, peopleDeactivate } from './commands/people-change.ts';
import { peopleSearch } from './commands/people-search.ts';
import { roomChanges } from './commands/room-changes.ts';
import { roomCreate } from './commands/room-create.ts';
import { roomDownload } from './commands/room-download.ts';
import { roomHistory } from './commands/room-history.ts';
import { roomLeave } from './commands/room-leave.ts';
import { roomList } from './commands/room-list.ts';
import { roomPeople } from './commands/room-members.ts';
import { roomAdd, roomAppoint, roomDismiss, roomRemove } from './commands/room-people.ts';
import { roomRename } from './commands/room-rename.ts';
import { roomSend } from './commands/room-send.ts';
import { roomShow } from './commands/room-show.ts';
import { roomTail } from './commands/room-tail.ts';
import { roomUpload } from './commands/room-upload.ts';
import { search } from './commands/search.ts';
import { token } from './commands/token.ts';
import { describe, exitCode, usageFailure } from './failure.ts';
import type { Io } from './io.ts';
import { usage } from './usage.ts';

const commands: Readonly<Record<string, Command>> = {
  token,
  search,
  // PostgreSQL's client is needed there alone.
  doctor: async (context) => (await import('./commands/doctor.ts')).doctor(context),
  'people search': peopleSearch,
  'people deactivate': peopleDeactivate,
  'people activate': peopleActivate,
  'room create': roomCreate,
  'room list': roomList,
  'room show': roomShow,
  'room people': roomPeople,
  'room changes': roomChanges,
  'room add': roomAdd,
  'room remove': roomRemove,
  'room appoint': roomAppoint,
  'room dismiss': roomDismiss,
  'room rename': roomRename,
  'room leave': roomLeave,
  'room send': roomSend,
  'room history': roomHistory,
  'room tail': roomTail,
  'room upload': roomUpload,
  'room download': roomDownload,
  'function list': functionList,
  'function on': functionOn,
  'function off': functionOff,
  'machine add': machineAdd,
  'machine remove': machineRemove,
  'case open': caseOpen,
  'case approve': caseApprove,
  'case close': caseClose,
  'case list': caseList,
  'domain list': domainList,
  'domain claim': domainClaim,
  'domain verify': domainVerify,
  'domain remove': domainRemove,
  'outside list': outsideList,
  'outside policy': outsidePolicy,
  'outside pause': outsidePause,
  'outside resume': outsideResume,
  'key list': keyList,
  'key history': keyHistory,
  'key public': keyPublic,
  'key make': keyMake,
  'key check': keyCheck,
  'key upload': keyUpload,
  'key add-aws': keyAddAws,
  'key rotate': keyRotate,
  'key activate': keyActivate,
  'key revoke': keyRevoke,
  'key delete': keyDelete,
  'key undelete': keyUndelete,
  'key remove': keyRemove,
  'key use-default': keyUseDefault,
  'key diagnose': keyDiagnose,
};

/** Runs one command line and returns its exit code. Errors are two lines on standard error, or one of JSON. */
export const run = async (argv: readonly string[], io: Io): Promise<number> => {
  let json = argv.includes('--json');
  try {
    const args = parseArguments(argv);
    json = args.json;
    if (args.help) {
      io.out(usage);
      return exitCode.done;
    }
    const [command, words] = find(args.words);
    return (await command({ io, args, words })) ?? exitCode.done;
  } catch (cause) {
    const { exit, ...told } = describe(cause);
    if (json) io.err(JSON.stringify(told));
    else {
      io.err(`error: ${told.error}`);
      if (told.hint !== undefined) io.err(`hint: ${told.hint}`);
    }
    return exit;
  }
};

const find = (words: readonly string[]): [Command, readonly string[]] => {
  const [first = '', second = ''] = words;
  const two = commands[`${first} ${second}`];
  if (two !== undefined) return [two, words.slice(2)];
  const one = commands[first];
  if (one !== undefined) return [one, words.slice(1)];
  const name = words.slice(0, 2).join(' ');
  throw usageFailure(name === '' ? 'no command' : `unknown command "${name}"`, 'cloister --help lists what there is');
};
