import { chromium } from 'playwright-core';
import { stageFolder } from './src/testing/stage/stage-folder.ts';
import { serveStage } from './src/testing/stage/serve-stage.ts';

const { origin, close } = await serveStage(stageFolder);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  env: { ...process.env, FONTCONFIG_FILE: '/tmp/webfonts/fonts.conf' },
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
const which = process.argv[2] ?? 'all';
async function shot(
  name: string,
  { lang = 'en', dark = false, phone = false, path = '/rooms/00000002-0000-4000-8000-000000000001', act }: any,
) {
  if (which !== 'all' && !name.match(which)) return;
  const context = await browser.newContext({
    viewport: phone ? { width: 390, height: 780 } : { width: 1280, height: 800 },
    locale: lang === 'ja' ? 'ja-JP' : 'en-US',
    colorScheme: dark ? 'dark' : 'light',
    hasTouch: phone,
    isMobile: phone,
    deviceScaleFactor: 1,
    bypassCSP: lang === 'ja',
  });
  if (lang === 'ja')
    await context.route('**/fonts/**', (r: any) =>
      r.fulfill({ path: '/tmp/webfonts/package/' + r.request().url().split('/fonts/')[1] }),
    );
  const page = await context.newPage();
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && console.log(name, m.type(), m.text()));
  page.on('pageerror', (e) => console.log(name, 'PAGEERROR', e.message));
  await page.goto(origin + path);
  await page.waitForTimeout(600);
  if (lang === 'ja') {
    await page.addStyleTag({ url: '/fonts/index.css' });
    await page.addStyleTag({ content: ':root:lang(ja){--font:"Noto Sans JP Variable",sans-serif}' });
    await page.waitForTimeout(900);
  }
  if (act) {
    await act(page).catch((e: Error) => console.log(name, e.message));
    await page.waitForTimeout(400);
  }
  await page.screenshot({ path: `/tmp/shots/${name}.png` });
  await context.close();
}
const room = {};
await shot('en-light', {});
await shot('ja-dark', { lang: 'ja', dark: true });
await shot('en-panel', { act: (p: any) => p.locator('header button[aria-expanded]').first().click() });
await shot('ja-phone', { lang: 'ja', phone: true });
await shot('en-phone-list', { phone: true, path: '/' });
await shot('welcome', { path: '/?page=welcome' });
await shot('welcome-ja-dark', { path: '/?page=welcome', lang: 'ja', dark: true });
await shot('create', {
  act: async (p: any) => {
    await p.getByRole('button', { name: 'New room' }).click();
    await p.getByRole('combobox').fill('a' + 'd');
    await p.waitForTimeout(600);
  },
});
await shot('menu', { act: (p: any) => p.getByRole('button', { name: /Account of/ }).click() });
await shot('help', {
  act: async (p: any) => {
    await p.getByRole('button', { name: /Account of/ }).click();
    await p.getByRole('menuitem', { name: /shortcuts/ }).click();
  },
});
await shot('switcher-dark', { dark: true, act: (p: any) => p.keyboard.press('Control+k') });
await shot('offline', {
  act: (p: any) =>
    p.evaluate(() => {
      (window as any).scripted.holdSends = true;
      (window as any).scripted.connection({ state: 'offline' });
      (window as any).scripted.send('00000002-0000-4000-8000-000000000001', { text: 'Written while offline' });
    }),
});
await shot('failed', {
  act: (p: any) =>
    p.evaluate(() => {
      (window as any).scripted.failSends = 'client/roster-mismatch';
      (window as any).scripted.send('00000002-0000-4000-8000-000000000001', { text: 'Not for everyone' });
    }),
});
await shot('scrolled', {
  dark: true,
  act: (p: any) =>
    p.getByRole('log').evaluate((e: any) => {
      e.scrollTop = e.scrollHeight - e.clientHeight - 900;
    }),
});
await browser.close();
close();
