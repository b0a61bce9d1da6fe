import { CloisterError } from '@cloister/wire';

/** System calls no converter needs, and through which kernels were taken over: their numbers on both architectures. */
const denied = {
  acct: { x64: 163, arm64: 89 },
  add_key: { x64: 248, arm64: 217 },
  bpf: { x64: 321, arm64: 280 },
  delete_module: { x64: 176, arm64: 106 },
  finit_module: { x64: 313, arm64: 273 },
  fsconfig: { x64: 431, arm64: 431 },
  fsmount: { x64: 432, arm64: 432 },
  fsopen: { x64: 430, arm64: 430 },
  fspick: { x64: 433, arm64: 433 },
  init_module: { x64: 175, arm64: 105 },
  io_uring_enter: { x64: 426, arm64: 426 },
  io_uring_register: { x64: 427, arm64: 427 },
  io_uring_setup: { x64: 425, arm64: 425 },
  kexec_file_load: { x64: 320, arm64: 294 },
  kexec_load: { x64: 246, arm64: 104 },
  keyctl: { x64: 250, arm64: 219 },
  mount: { x64: 165, arm64: 40 },
  mount_setattr: { x64: 442, arm64: 442 },
  move_mount: { x64: 429, arm64: 429 },
  name_to_handle_at: { x64: 303, arm64: 264 },
  open_by_handle_at: { x64: 304, arm64: 265 },
  open_tree: { x64: 428, arm64: 428 },
  perf_event_open: { x64: 298, arm64: 241 },
  pivot_root: { x64: 155, arm64: 41 },
  process_vm_readv: { x64: 310, arm64: 270 },
  process_vm_writev: { x64: 311, arm64: 271 },
  ptrace: { x64: 101, arm64: 117 },
  quotactl: { x64: 179, arm64: 60 },
  reboot: { x64: 169, arm64: 142 },
  request_key: { x64: 249, arm64: 218 },
  setns: { x64: 308, arm64: 268 },
  swapoff: { x64: 168, arm64: 225 },
  swapon: { x64: 167, arm64: 224 },
  umount2: { x64: 166, arm64: 39 },
  unshare: { x64: 272, arm64: 97 },
  userfaultfd: { x64: 323, arm64: 282 },
} as const;

const architectures = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;

const LOAD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_AT_LEAST = 0x35;
const RETURN = 0x06;
const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const NOT_PERMITTED = 0x00050001;
/** From here on x86-64 numbers its calls anew (x32). */
const OTHER_NUMBERING = 0x40000000;

/**
 * The filter as the kernel reads it, an array of `struct sock_filter`: another architecture's calls end the process,
 * a denied one answers EPERM.
 * @see seccomp(2), "Kernel: Seccomp BPF"
 * @throws transcoder/sandbox-unavailable on an architecture whose numbers are not listed here.
 */
export function systemCallFilter(arch: string): Buffer {
  if (arch !== 'x64' && arch !== 'arm64') {
    throw new CloisterError('transcoder/sandbox-unavailable', { detail: 'this processor is not supported' });
  }
  const numbers = Object.values(denied).map((call) => call[arch]);
  const instructions: [code: number, ifTrue: number, ifFalse: number, value: number][] = [
    [LOAD, 0, 0, 4],
    [JUMP_EQUAL, 1, 0, architectures[arch]],
    [RETURN, 0, 0, KILL_PROCESS],
    [LOAD, 0, 0, 0],
    [JUMP_AT_LEAST, numbers.length + 1, 0, OTHER_NUMBERING],
    ...numbers.map(
      (number, index) => [JUMP_EQUAL, numbers.length - index, 0, number] as [number, number, number, number],
    ),
    [RETURN, 0, 0, ALLOW],
    [RETURN, 0, 0, NOT_PERMITTED],
  ];
  const program = Buffer.alloc(instructions.length * 8);
  for (const [index, [code, ifTrue, ifFalse, value]] of instructions.entries()) {
    program.writeUInt16LE(code, index * 8);
    program.writeUInt8(ifTrue, index * 8 + 2);
    program.writeUInt8(ifFalse, index * 8 + 3);
    program.writeUInt32LE(value, index * 8 + 4);
  }
  return program;
}
