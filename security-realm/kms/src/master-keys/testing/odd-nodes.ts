import { type Database, openDatabase, type Queries } from '@cloister/database';
import type { HsmClient } from '@cloister/hsm';
import { TestRealm } from '../../testing/test-realm.ts';

const open = (realm: TestRealm): Database => {
  const { host, database, user, credentialFile } = realm.testDatabase;
  const opened = openDatabase({ host, database, user, credentialFile, max: 4 });
  realm.closing(() => opened.close());
  return opened;
};

/** A node whose database says nothing any more from a moment on, as over a cable that was cut. */
export const cutOffNode = async (realm: TestRealm) => {
  let isCut = false;
  const guard = <T>(work: () => Promise<T>): Promise<T> =>
    isCut ? Promise.reject(new Error('the cable is cut')) : work();
  const cuttable = (): Database => {
    const real = open(realm);
    const queries = (over: Queries): Queries => ({
      rows: (statement) => guard(() => over.rows(statement)),
      one: (statement) => guard(() => over.one(statement)),
      maybe: (statement) => guard(() => over.maybe(statement)),
      execute: (statement) => guard(() => over.execute(statement)),
    });
    return {
      ...real,
      ...queries(real),
      transaction: (work, options) => guard(() => real.transaction((tx) => work(queries(tx)), options)),
    };
  };
  const node = await TestRealm.secondNode(realm, undefined, { database: cuttable(), sideDatabase: cuttable() });
  const cut = () => {
    isCut = true;
  };
  return { ...node, cut };
};

/** A place where a node stands still once, as after SIGSTOP, until the test lets it go on. */
const trap = () => {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let isSet = false;
  return {
    reached: reached.promise,
    goOn: released.resolve,
    set: () => {
      isSet = true;
    },
    pass: async () => {
      if (!isSet) return;
      isSet = false;
      reached.resolve();
      await released.promise;
    },
  };
};

/** A node with a trap behind its audit, the last that is waited for before a key is written into a reply. */
export const stoppedNode = async (realm: TestRealm) => {
  const { pass, ...controls } = trap();
  const real = open(realm);
  const sideDatabase: Database = {
    ...real,
    execute: async (statement) => {
      const count = await real.execute(statement);
      if (statement.text.includes('insert into audit')) await pass();
      return count;
    },
  };
  const node = await TestRealm.secondNode(realm, undefined, { sideDatabase });
  return { ...node, ...controls };
};

/** A node with a trap behind each unwrapping by the hsm. */
export const slowNode = async (realm: TestRealm, client: HsmClient) => {
  const { pass, ...controls } = trap();
  const hsm = new Proxy(client, {
    get: (target, name) => {
      if (name !== 'unwrap') {
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? member.bind(target) : member;
      }
      return async (...asked: Parameters<typeof target.unwrap>) => {
        const kek = await target.unwrap(...asked);
        await pass();
        return kek;
      };
    },
  });
  return { ...(await TestRealm.secondNode(realm, undefined, { hsm })), ...controls };
};
