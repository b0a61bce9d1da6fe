import { complaintsOf } from '@cloister/browser';
import type { Constellation } from '@cloister/testkit';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';

/** A person before a browser of their own. Everything is found by role and accessible name, in English. */
export interface WebPerson {
  readonly name: string;
  readonly email: string;
  readonly page: Page;
  /** What the console called an error or a warning so far. */
  readonly complaints: readonly string[];
  readonly composer: Locator;
  readonly log: Locator;
  /** Writes a message into the open room and sends it. */
  say(text: string): Promise<void>;
  /** Waits for a message in the open room. */
  sees(text: string): Promise<void>;
  /** Opens a room from the list. */
  enter(title: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens a browser of their own for a person of the constellation, and signs them in. */
export async function webPerson(
  all: Constellation,
  browser: Browser,
  local: string,
  options: BrowserContextOptions = {},
): Promise<WebPerson> {
  const person = all.person(local);
  const organisation = all.endpoints.organisations.find(({ id }) => id === person.organisationId);
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  // The machine may be busy with a dozen servers; nothing here measures speed.
  page.setDefaultTimeout(60_000);
  const complaints = complaintsOf(page);
  await page.goto(organisation?.app ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: `Account of ${person.name}` }).waitFor();
  const composer = page.getByRole('textbox', { name: /^Message to/ });
  const log = page.getByRole('log', { name: 'Messages' });
  return {
    name: person.name,
    email: person.email,
    page,
    complaints,
    composer,
    log,
    say: async (text) => {
      await composer.fill(text);
      await composer.press('Enter');
      await log.getByText(text, { exact: true }).waitFor();
    },
    sees: (text) => log.getByText(text, { exact: true }).waitFor(),
    enter: async (title) => {
      await page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: title }).click();
      await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    },
    close: () => context.close(),
  };
}

/** Creates a room with people, found by their exact e-mail addresses. */
export async function createRoom(creator: WebPerson, title: string, people: readonly WebPerson[]): Promise<void> {
  const { page } = creator;
  await page.getByRole('button', { name: 'New room' }).click();
  await page.getByRole('textbox', { name: 'Title' }).fill(title);
  for (const { email, name } of people) await choose(creator, email, name);
  await page.getByRole('button', { name: 'Create room' }).click();
  await page.getByRole('heading', { name: title, level: 1 }).waitFor();
}

/** Chooses a person in the open dialog. */
export async function choose({ page }: WebPerson, query: string, name: string): Promise<void> {
  await page.getByRole('combobox', { name: 'People' }).fill(query);
  await page.getByRole('option', { name }).click();
  await page.getByRole('list', { name: 'Chosen people' }).getByText(name).waitFor();
}

/** Opens the list of people of the open room. */
export async function showPeople({ page }: WebPerson): Promise<Locator> {
  const panel = page.getByRole('complementary', { name: 'People in this room' });
  if (!(await panel.isVisible())) await page.getByRole('button', { name: /^Show \d+ (person|people)$/ }).click();
  await panel.waitFor();
  return panel;
}
