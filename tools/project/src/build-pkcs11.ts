import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { projectRoot } from './project-root.ts';

const required = createRequire(import.meta.url);
const hsm = createRequire(join(projectRoot, 'security-realm', 'hsm', 'package.json'));

/**
 * Compiles `pkcs11js`, the hsm's optional door to PKCS#11 modules, for the Node that runs this, unless that was done before. Its
 * headers come with that Node or from the npm package of the same Node: nothing is downloaded, and no setting of the user's npm
 * counts. Needs a C++ compiler, make and Python 3. Returns whether the addon loads.
 */
export function buildPkcs11(folder: string = installed()): boolean {
  if (loads(folder)) return true;
  const headers = headersOfThisNode();
  if (headers === undefined) {
    process.stderr.write(
      `error: the headers of Node ${process.version} are missing\nhint: run the command with a Node that has them\n`,
    );
    return false;
  }
  const gyp = join(dirname(required.resolve('node-gyp/package.json')), 'bin', 'node-gyp.js');
  const done = spawnSync(process.execPath, [gyp, 'rebuild', '--directory', folder, '--nodedir', headers], {
    encoding: 'utf8',
    env: withoutNpmSettings(),
  });
  if (done.status === 0 && loads(folder)) return true;
  process.stderr.write(`${done.stdout}${done.stderr}`);
  return false;
}

/** Where the hsm finds the package. */
export function installed(): string {
  return dirname(hsm.resolve('pkcs11js/package.json'));
}

/** In a process of its own: an addon that does not fit may end the process that tries it. */
function loads(folder: string): boolean {
  const load = `require(${JSON.stringify(folder)})`;
  return spawnSync(process.execPath, ['-e', load], { stdio: 'ignore' }).status === 0;
}

function headersOfThisNode(): string | undefined {
  const own = dirname(dirname(process.execPath));
  const npm = join(projectRoot, 'node_modules', `node-${process.platform}-${process.arch}`);
  return [own, npm].find((folder) => existsSync(join(folder, 'include', 'node', 'node_api.h')));
}

/** node-gyp takes `npm_config_…` as options of its own, such as another Node's folder. */
function withoutNpmSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(config|package)_/i.test(name)));
}
