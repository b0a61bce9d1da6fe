// `npm run conformance [-- <suite>…]`: starts a deployment in a folder of its own and runs the clients that others wrote against it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAwsKms } from '@cloister/aws-kms';
import { freePort, startDeployment } from '@cloister/evaluation';
import { projectRoot } from './project-root.ts';
import { runStepBeside } from './step.ts';

const folder = join(projectRoot, 'tests', 'conformance');

if (!install()) process.exit(1);
const data = mkdtempSync(join(tmpdir(), 'cloister-conformance-'));
const amazon = await startAwsKms();
const ours = amazon.createUser('999988887777', 'cloister-acme');
const deployment = await startDeployment({
  data,
  port: await freePort(),
  address: '127.0.0.1',
  name: 'localhost',
  hsm: { aws: { endpoint: amazon.endpoint, principals: { acme: ours } } },
});
const only = process.argv.slice(2);
let passed = false;
try {
  const env = {
    CLOISTER_ENDPOINTS: deployment.layout.endpoints,
    NODE_EXTRA_CA_CERTS: deployment.endpoints.tls.root,
    CLOISTER_AMAZON_KEYS: JSON.stringify(customerKeys()),
  };
  const suites = [
    'node-kms',
    'published-client',
    'published-client-tls',
    'published-client-keys',
    'both-ways',
    'federated',
    'published-client-main-keys',
  ]
    .filter((name) => only.length === 0 || only.includes(name))
    .map((name) => `tests/conformance/src/${name}.test.mjs`);
  const args = ['--test', '--test-force-exit', '--test-concurrency=1', '--test-timeout=240000', ...suites];
  passed = await runStepBeside('published clients against the running system', process.execPath, args, env);
} finally {
  await deployment.stop();
  await amazon.stop();
  rmSync(data, { recursive: true, force: true });
}
process.exit(passed ? 0 : 1);

/** What an organisation has made at AWS KMS: a key that our principal may use, and one that it may not. */
function customerKeys() {
  const customer = amazon.createUser('111122223333', 'key-admin');
  const [granted, strange] = [0, 1].map(() => {
    const { KeyMetadata } = amazon.perform(customer, 'CreateKey', {});
    return (KeyMetadata as { Arn: string }).Arn;
  });
  const Operations = ['Encrypt', 'Decrypt', 'DescribeKey'];
  amazon.perform(customer, 'CreateGrant', { KeyId: granted, GranteePrincipal: ours.arn, Operations });
  return { granted, strange };
}

/** An npm project of its own with its own lock: hundreds of packages that the product never installs. */
function install(): boolean {
  const lock = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  const marker = join(folder, 'node_modules', '.cloister-installed');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lock) return true;
  process.stdout.write('installing the clients that others wrote (once; a minute or two)\n');
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (done.status === 0) writeFileSync(marker, lock);
  return done.status === 0;
}
