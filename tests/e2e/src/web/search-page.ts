import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import type { WebPerson } from './web-person.ts';

export const searchField = ({ page }: WebPerson): Locator => page.getByRole('combobox', { name: 'Search' });

/** What was found, newest first. */
export const hits = ({ page }: WebPerson): Locator => page.locator('[data-hit]');

/** The words of each message that was found. */
export const resultTexts = (person: WebPerson): Promise<string[]> =>
  hits(person).locator('[dir="auto"]').allTextContents();

/** Searches by keyboard alone, and waits for an answer of any kind. */
export async function search(person: WebPerson, query: string): Promise<void> {
  const { page } = person;
  await page.keyboard.press('Control+k');
  await page.keyboard.insertText(query);
  await page.keyboard.press('Enter');
  const main = page.getByRole('main', { name: 'Search' });
  await main.waitFor();
  await main.getByText('Searching…').waitFor({ state: 'detached' });
}

/** Searches until the index has got as far as a message. */
export async function searchUntil(person: WebPerson, query: string, text: string): Promise<void> {
  const look = async () => {
    await search(person, query);
    return resultTexts(person);
  };
  await expect.poll(look, { timeout: 120_000 }).toContain(text);
}
