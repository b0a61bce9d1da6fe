import type { Constellation } from '@cloister/testkit';
import pg from 'pg';
import { type Figure, limitFigure } from '../figure.ts';
import { fullTokenOf } from '../load/person.ts';
import { makeRooms } from '../load/room.ts';
import { superuser } from '../load/superuser.ts';

const roomCount = 500;
/** Seconds (issue: a person who leaves is out of 500 rooms within a minute). */
const limit = 60;

/** `removal`: from the administrator's click until the person stands in no room, at the core and at the key server. */
export async function removalFigures(all: Constellation): Promise<Record<string, Figure>> {
  await makeRooms(all, roomCount);
  const leaver = all.person('ben').id;
  const [core, kms] = [await connect(all, 'core'), await connect(all, 'acme_kms')];
  const left = async () => {
    const memberships = 'SELECT count(*)::int AS n FROM memberships WHERE user_id = $1';
    const rights = 'SELECT count(*)::int AS n FROM resource_authorization WHERE subject_id = $1';
    const [inCore, inKms] = await Promise.all([core.query(memberships, [leaver]), kms.query(rights, [leaver])]);
    return Number(inCore.rows[0]?.n) + Number(inKms.rows[0]?.n);
  };
  if ((await left()) < 2 * roomCount) throw new Error('the rooms were not made');
  const token = fullTokenOf(all, 'alice');
  try {
    const started = performance.now();
    await setActive(all, token, leaver, false);
    while ((await left()) > 0) {
      if (performance.now() - started > 3 * limit * 1000) throw new Error(`${await left()} rights are left`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { removal: limitFigure((performance.now() - started) / 1000, limit, 's for 500 rooms') };
  } finally {
    await setActive(all, token, leaver, true);
    await Promise.all([core.end(), kms.end()]);
  }
}

async function connect(all: Constellation, database: string): Promise<pg.Client> {
  const client = new pg.Client({ ...superuser(all), database });
  await client.connect();
  return client;
}

async function setActive(all: Constellation, token: string, id: string, active: boolean): Promise<void> {
  const answer = await fetch(`${all.endpoints.identity}/api/v1/people/${id}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ active }),
  });
  if (!answer.ok) throw new Error(`identity answered ${answer.status}`);
}
