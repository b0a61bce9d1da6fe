import { describe, expect, it } from 'vitest';
import { parseTerms } from './terms.ts';

const now = new Date('2026-11-21T12:00:00.000Z');
const untied = { roomId: null, expiresAt: null };
const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const refused = (detail: RegExp) =>
  expect.objectContaining({ code: 'kms/invalid-request', detail: expect.stringMatching(detail) });

describe('parseTerms', () => {
  it('makes authorizations of people hold for ever unless a ttl says otherwise; 0 is for ever', () => {
    expect(parseTerms({}, untied, 'message', now)).toMatchObject({ expiresAt: null, anonymous: 0 });
    expect(parseTerms({ ttl: 0 }, untied, 'message', now)).toMatchObject({ expiresAt: null });
    expect(parseTerms({ ttl: 3600 }, untied, 'message', now)).toMatchObject({ expiresAt: after(3600) });
  });

  it('makes anonymous ones end, after a day unless a ttl says otherwise', () => {
    expect(parseTerms({ anonymous: 2 }, untied, 'message', now)).toMatchObject({
      anonymous: 2,
      expiresAt: null,
      anonymousUntil: after(86_400),
    });
    expect(parseTerms({ anonymous: 1, ttl: 60 }, untied, 'message', now)).toMatchObject({
      anonymousUntil: after(60),
      expiresAt: after(60),
    });
  });

  it('lets nothing outlive its resource', () => {
    const resource = { roomId: null, expiresAt: after(100) };
    expect(parseTerms({ anonymous: 1, ttl: 3600 }, resource, 'message', now)).toMatchObject({
      anonymousUntil: after(100),
      expiresAt: after(100),
    });
  });

  it.each([{ ttl: 59 }, { ttl: 366 * 86_400 + 1 }])('says which range it accepts instead of %j', (stated) => {
    expect(() => parseTerms(stated, untied, 'message', now)).toThrow(refused(/60 to 31622400 seconds/));
  });

  it('keeps anonymous ones short-lived', () => {
    const stated = { anonymous: 1, ttl: 8 * 86_400 };
    expect(() => parseTerms(stated, untied, 'message', now)).toThrow(refused(/60 to 604800 seconds/));
  });

  it('makes neither in a room, whose roster has to explain everybody', () => {
    const room = { roomId: 'x', expiresAt: null };
    for (const stated of [{ ttl: 3600 }, { anonymous: 1 }]) {
      expect(() => parseTerms(stated, room, 'message', now)).toThrow(refused(/in a room/));
      expect(() => parseTerms(stated, untied, 'create', now)).toThrow(refused(/in a room/));
    }
    expect(parseTerms({ ttl: 0, anonymous: 0 }, room, 'add', now)).toMatchObject({ expiresAt: null, anonymous: 0 });
  });

  it('knows one role', () => {
    expect(parseTerms({ roleUri: 'participant' }, untied, 'message', now)).toMatchObject({ expiresAt: null });
    expect(() => parseTerms({ roleUri: 'cloudAgent' }, untied, 'message', now)).toThrow(refused(/role/));
  });
});
