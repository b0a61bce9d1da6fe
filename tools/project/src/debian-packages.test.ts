import { expect, it } from 'vitest';
import { type Host, installMissing } from './debian-packages.ts';

const wanted = [
  { debian: 'spin', proof: '/usr/bin/spin', suites: 'the model' },
  { debian: 'gcc', proof: '/usr/bin/gcc', suites: 'the model' },
];

/** A machine with some files, on which apt-get does what a test says. */
const machine = (files: string[], aptGet: (args: readonly string[]) => boolean, mayInstall = true) => {
  const asked: string[] = [];
  const said: string[] = [];
  const host: Host = {
    exists: (path) => files.includes(path),
    mayInstall,
    aptGet: (args) => {
      asked.push(args.join(' '));
      return aptGet(args);
    },
    say: (line) => said.push(line),
  };
  return { host, asked, said };
};

it('installs only what is missing, after an update, and without what Debian merely recommends', () => {
  const files = ['/usr/bin/gcc'];
  const { host, asked } = machine(files, (args) => {
    if (args.includes('install')) files.push('/usr/bin/spin');
    return true;
  });
  expect(installMissing(wanted, host)).toEqual([]);
  expect(asked).toHaveLength(2);
  expect(asked[0]).toMatch(/ update -qq$/);
  expect(asked[1]).toMatch(/ install -y -qq --no-install-recommends spin$/);
});

it('asks for nothing when everything is there', () => {
  const { host, asked, said } = machine(['/usr/bin/spin', '/usr/bin/gcc'], () => true);
  expect(installMissing(wanted, host)).toEqual([]);
  expect([...asked, ...said]).toEqual([]);
});

it('touches nothing where it may not install, and says what is missing', () => {
  const { host, asked } = machine(['/usr/bin/gcc'], () => true, false);
  expect(installMissing(wanted, host).map(({ debian }) => debian)).toEqual(['spin']);
  expect(asked).toEqual([]);
});

it('says the next step when apt-get fails', () => {
  const { host, said } = machine([], (args) => !args.includes('install'));
  expect(installMissing(wanted, host)).toEqual(wanted);
  expect(said.join('\n')).toMatch(/^error: .*\nhint: .*apt-get install --no-install-recommends spin gcc/m);
});
