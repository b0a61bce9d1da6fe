import type { SandboxLimits } from '../limits.ts';
import { programPath } from './programs.ts';

/** The scratch folder, the only place in the sandbox that can be written to. */
export const workFolder = '/work';

/** Where the sandbox finds its system call filter; the files to place in it follow, one descriptor each. */
export const firstDescriptor = 3;

export interface SandboxCommandOptions {
  readonly command: readonly string[];
  /** Paths below {@link workFolder}, in the order of their descriptors. */
  readonly files: readonly string[];
  readonly limits: SandboxLimits;
  /** Whether we run as root. */
  readonly superuser: boolean;
}

/** What a converter reads of the machine: programs, libraries, fonts and their settings. No /home, /root, /usr/local, /run, /sys. */
const readable = [
  '/usr/bin',
  '/usr/lib',
  '/usr/lib64',
  '/usr/share',
  '/etc/alternatives',
  '/etc/fonts',
  '/etc/libreoffice',
  '/var/cache/fontconfig',
];

/** A user no account has. In a user namespace of its own it would be only our number; as root we become it first. */
const stranger = '65533';

/**
 * The command line that runs another in a sandbox: namespaces of its own for users, processes, network, mounts, host
 * name and IPC, no capability and no way to new ones, a read-only system, a bounded scratch folder in memory, an empty
 * environment, and limits on every resource. It ends with us. Its files never touch a disk.
 * @see bwrap(1), prlimit(1), setpriv(1), choom(1)
 */
export function sandboxCommand(options: SandboxCommandOptions): readonly [string, ...string[]] {
  const { limits } = options;
  const namespaces = ['user', 'ipc', 'pid', 'net', 'uts'].map((name) => `--unshare-${name}`);
  const sandbox = [
    programPath('bwrap'),
    ...namespaces,
    '--unshare-cgroup-try',
    '--disable-userns',
    '--die-with-parent',
    '--new-session',
    ...['--cap-drop', 'ALL', '--uid', '65534', '--gid', '65534', '--hostname', 'sandbox'],
    ...readable.flatMap((path) => ['--ro-bind-try', path, path]),
    ...['bin', 'lib', 'lib64'].flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]),
    ...['--proc', '/proc', '--dev', '/dev', '--remount-ro', '/dev'],
    ...['--size', String(limits.scratchBytes), '--tmpfs', workFolder, '--dir', `${workFolder}/tmp`],
    ...['--symlink', `${workFolder}/tmp`, '/tmp', '--chdir', workFolder],
    ...options.files.flatMap((path, index) => ['--file', String(firstDescriptor + 1 + index), path]),
    ...['--remount-ro', '/', '--seccomp', String(firstDescriptor), '--clearenv'],
    ...['--setenv', 'PATH', '/usr/bin', '--setenv', 'HOME', workFolder, '--setenv', 'LANG', 'C.UTF-8'],
    '--',
  ];
  return [
    ...closeDescriptors(firstDescriptor + 1 + options.files.length),
    ...(options.superuser ? leaveRoot() : []),
    ...sandbox,
    ...limitResources(limits),
    ...options.command,
  ] as unknown as readonly [string, ...string[]];
}

/** Whoever started us may have left files open, which nothing else would close. */
const closeDescriptors = (first: number) => [
  programPath('bash'),
  '-pc',
  `for path in /proc/self/fd/*; do fd="\${path##*/}"; [ "$fd" -lt ${first} ] || eval "exec $fd>&-"; done; exec "$@"`,
  'close-descriptors',
];

const leaveRoot = () => [
  programPath('setpriv'),
  ...[`--reuid=${stranger}`, `--regid=${stranger}`, '--clear-groups', '--inh-caps=-all', '--no-new-privs', '--'],
];

/** Set inside, where processes are counted for this sandbox alone. When memory runs out, the sandbox ends before any server. */
const limitResources = (limits: SandboxLimits) => [
  ...[programPath('choom'), '-n', '1000', '--'],
  programPath('prlimit'),
  `--as=${limits.memoryBytes}`,
  '--core=0',
  `--cpu=${limits.cpuSeconds}:${limits.cpuSeconds + 1}`,
  `--fsize=${limits.scratchBytes}`,
  `--nofile=${limits.openFiles}`,
  `--nproc=${limits.processes}`,
  '--',
];
