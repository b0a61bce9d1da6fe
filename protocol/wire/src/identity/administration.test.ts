import { describe, expect, it } from 'vitest';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import { acme, alice, bob } from '../testing/samples.ts';
import { parseCases, parseDomain, parseDomains, parseFunctions, parseMe, parseMemberPage } from './administration.ts';

const at = '2026-11-22T01:00:00.000Z';
const functions = {
  items: [
    { purpose: 'indexing', enabled: false },
    {
      purpose: 'dlp',
      enabled: true,
      changedAt: at,
      changedBy: alice,
      machines: [{ id: bob, active: true, createdAt: at }],
    },
  ],
};
const cases = {
  items: [
    {
      id: acme,
      reference: 'Matter 17',
      officer: alice,
      custodians: [bob],
      state: 'open',
      expiresAt: at,
      openedBy: alice,
      openedAt: at,
      approvedBy: bob,
      approvedAt: at,
    },
  ],
};
const members = {
  items: [{ id: alice, name: 'Alice', email: 'alice@acme.example', roles: ['full-admin'], active: true }],
  next: alice,
};
const domains = {
  items: [
    { domain: 'acme.example', state: 'verified', claimedAt: at, verifiedAt: at, by: 'operator' },
    {
      domain: 'acme.test',
      state: 'pending',
      claimedAt: at,
      record: { name: '_cloister-challenge.acme.test', value: 'cloister-domain-verification=x' },
    },
  ],
};
const me = { ...members.items[0], organisation: { id: acme, name: 'Acme' } };

describe("identity's answers to administrators (R343)", () => {
  it('are read, unknown members dropped', () => {
    expect(parseFunctions({ ...functions, later: 1 })).toEqual(functions.items);
    expect(parseCases(cases)).toEqual(cases.items);
    expect(parseMemberPage(members)).toEqual(members);
    expect(parseDomains(domains)).toEqual(domains.items);
    expect(parseDomain({ ...domains.items[0], later: 1 })).toEqual(domains.items[0]);
    expect(parseMe(me)).toMatchObject({ id: alice, roles: ['full-admin'], organisation: { id: acme } });
  });

  it('name no purpose and no state that is unknown', () => {
    expect(codeOf(() => parseFunctions({ items: [{ purpose: 'mining', enabled: true }] }))).toBe(
      'wire/invalid-message',
    );
    expect(codeOf(() => parseCases({ items: [{ ...cases.items[0], state: 'half-open' }] }))).toBe(
      'wire/invalid-message',
    );
    expect(codeOf(() => parseDomain({ ...domains.items[0], state: 'lapsed' }))).toBe('wire/invalid-message');
    expect(codeOf(() => parseDomain({ ...domains.items[0], domain: 'Acme.example' }))).toBe('wire/invalid-message');
  });

  it('give a value or a wire error for any input', () => {
    expectTypedErrors(parseFunctions, functions);
    expectTypedErrors(parseCases, cases);
    expectTypedErrors(parseMemberPage, members);
    expectTypedErrors(parseMe, me);
    expectTypedErrors(parseDomains, domains);
    expectTypedErrors(parseDomain, domains.items[0], domains.items[1]);
  });
});
