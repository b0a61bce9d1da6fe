import { type AwsKms, awsShell, hasAwsCli, startAwsKms } from '@cloister/aws-kms';
import { type Constellation, constellation } from '@cloister/testkit';
import type { MasterKeyDiagnosis, MasterKeyOverview, RoomId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from './cli/command-line.ts';
import { type SdkPerson, say, sdkPerson, seen, until } from './sdk/sdk-person.ts';

// The key server asks Amazon every minute, twice for a verdict.
const patience = { timeout: 240_000 };

// A key at Amazon from the command line, and what its owner does there by Debian's awscli: in order, each test goes on
// where the one before ended.
describe.skipIf(!hasAwsCli)('a main key at AWS KMS, from the command line', patience, () => {
  let amazon: AwsKms;
  let customer: ReturnType<AwsKms['createUser']>;
  let principal: string;
  let all: Constellation;
  let alice: SdkPerson;
  let ben: SdkPerson;
  let room: RoomId;
  let arn: string;
  let id: string;
  const { cloister, done } = commandLine(() => all.data);

  beforeAll(async () => {
    amazon = await startAwsKms();
    customer = amazon.createUser('111122223333', 'key-admin');
    const acme = amazon.createUser('999988887777', 'cloister-acme');
    principal = acme.arn;
    all = await constellation({ hsm: { aws: { endpoint: amazon.endpoint, principals: { acme } } } });
    [alice, ben] = await Promise.all([sdkPerson(all, 'alice'), sdkPerson(all, 'ben')]);
    room = await alice.client.rooms.create({ title: 'Plans', people: [ben.id] });
    await say(alice, room, 'before');
    arn = JSON.parse(await atAmazon('aws kms create-key --description main')).KeyMetadata.Arn;
  });
  afterAll(async () => {
    await Promise.all([alice, ben].map((person) => person?.close()));
    await all?.stop();
    await amazon?.stop();
  });

  const atAmazon = (command: string) => awsShell(amazon, customer, command);
  const listed = async () => {
    const lines = await done(['key', 'list', '--json'], 'alice');
    return JSON.parse(lines.at(-1) ?? '') as MasterKeyOverview;
  };
  const stateOf = async () => (await listed()).keys.find(({ uri }) => uri.includes(id))?.state;
  // The key server looks at a key at Amazon about once a minute, and twice before it believes a denial.
  const becomes = (state: string) => expect.poll(stateOf, { timeout: 240_000, interval: 1000 }).toBe(state);
  const twiceProbed = { timeout: 540_000 };
  const diagnosed = async () => {
    const { code, lines } = await cloister(['key', 'diagnose', id], 'alice');
    const told = await cloister(['key', 'diagnose', id, '--json'], 'alice');
    expect(told.code).toBe(code);
    return { code, lines, diagnosis: JSON.parse(told.lines.at(-1) ?? '') as MasterKeyDiagnosis };
  };
  /** The command among the lines, as it stands there. */
  const commandIn = (lines: readonly string[]) => {
    const from = lines.indexOf('aws kms create-grant \\');
    if (from < 0) throw new Error(`no command in ${lines.join('\n')}`);
    return lines.slice(from, lines.findIndex((line, at) => at >= from && !line.endsWith('\\')) + 1).join('\n');
  };
  /** Somebody who comes with nothing but their session reads what was said. */
  const readable = async (...texts: readonly string[]) => {
    const person = await sdkPerson(all, 'ben');
    for (const text of texts) await seen(person, room, text);
    await person.close();
  };
  const isOff = (person: SdkPerson, off: boolean) =>
    until(person.client, () => person.client.snapshot().keysRevoked === off);

  it('is not added without a grant, and what to run is said as it is to be run (R067, R070)', async () => {
    const refused = await cloister(['key', 'add-aws', arn, '--activate'], 'alice');
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/Amazon refuses the key: denied; missing: .*Encrypt/);
    expect(refused.err).toContain(`principal: ${principal}`);
    expect((await listed()).keys).toEqual([]);
    await atAmazon(commandIn(refused.err.split('\n')));
    const { Grants } = JSON.parse(await atAmazon(`aws kms list-grants --key-id ${arn}`));
    expect(Grants).toMatchObject([{ GranteePrincipal: principal, Operations: ['Encrypt', 'Decrypt', 'DescribeKey'] }]);
  });

  it('is added once the grant is there, and all goes on under it (R071, R072)', async () => {
    const [added = ''] = await done(['key', 'add-aws', arn, '--activate', '--wait'], 'alice');
    id = added.slice(0, 8);
    expect(added).toBe(`${id}  active`);
    await say(ben, room, 'under a key at Amazon');
    await readable('before', 'under a key at Amazon');
    const { code, lines, diagnosis } = await diagnosed();
    expect([code, lines]).toEqual([0, expect.arrayContaining([`key:       ${arn}`, 'state:     Enabled'])]);
    expect(diagnosis).toMatchObject({
      arn,
      principalArn: principal,
      keyState: 'Enabled',
      missing: [],
      findings: ['ok'],
    });
  });

  it(
    'disabled at Amazon is “revoked by Amazon”, and says so; enabled, it is back by itself (R076, R079)',
    twiceProbed,
    async () => {
      await atAmazon(`aws kms disable-key --key-id ${arn}`);
      await becomes('revoked-by-amazon');
      await isOff(ben, true);
      const { code, lines, diagnosis } = await diagnosed();
      expect([code, diagnosis.findings]).toEqual([1, ['key-disabled']]);
      expect(lines).toContainEqual(expect.stringMatching(/^key-disabled: .*aws kms enable-key/));
      await atAmazon(`aws kms enable-key --key-id ${arn}`);
      await becomes('active');
      await isOff(ben, false);
      await readable('before', 'under a key at Amazon');
    },
  );

  it(
    'whose grant was revoked says what is missing, and the command it prints brings it back (R076, R079)',
    twiceProbed,
    async () => {
      const { Grants } = JSON.parse(await atAmazon(`aws kms list-grants --key-id ${arn}`));
      await atAmazon(`aws kms revoke-grant --key-id ${arn} --grant-id ${Grants[0].GrantId}`);
      const { code, lines, diagnosis } = await diagnosed();
      expect([code, diagnosis.findings]).toEqual([1, expect.arrayContaining(['grant-missing'])]);
      expect(diagnosis.missing).toEqual(expect.arrayContaining(['Encrypt', 'Decrypt']));
      expect(lines).toContainEqual(expect.stringMatching(/^missing: {3}.*Encrypt/));
      await becomes('revoked-by-amazon');
      await atAmazon(commandIn(lines));
      expect((await diagnosed()).diagnosis.missing).toEqual([]);
      await becomes('active');
      await isOff(ben, false);
      await say(ben, room, 'back again');
      await readable('before', 'under a key at Amazon', 'back again');
      const ours = amazon.log.filter((event) => event.principal === principal).map(({ eventName }) => eventName);
      expect([...new Set(ours)].toSorted()).toEqual(['Decrypt', 'DescribeKey', 'Encrypt']);
    },
  );
});
