// What goes wrong or gets large: a server that restarts, 5,000 requests, answers that fail, small and
// dark screens, a token that is asked for.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {App, Server, assertAccessible, closePage, kClient, kPicture, openBrowser, openConsole, openPage, rowsOf, screenshot, stopAll} from './support.mjs';

let browser;
before(async () => { browser = await openBrowser(); });
after(async () => {
  await browser?.close();
  await stopAll();
});

async function connected(server) {
  const app = await App.start(server);
  await fetch(app.authorizeUrl());
  const {authorizations} = await server.api('GET', '/authorizations');
  const {redirect} = await server.api('POST', `/authorizations/${authorizations.at(-1).id}/approve`, {});
  await fetch(redirect);
  return app;
}

test('a restart is said, survived, and the new server\'s journal is shown', async () => {
  const server = await Server.start();
  const app = await connected(server);
  const page = await openConsole(browser, server, {viewport: kPicture});
  page.expected.push(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|Failed to fetch/);
  await rowsOf(page).filter({hasText: 'exchange code-1'}).waitFor();
  await page.getByRole('switch', {name: /Refresh is refused/}).waitFor();
  await page.getByRole('region', {name: 'Clock'}).getByText('at-1').waitFor();
  await page.getByRole('region', {name: 'Applications'}).getByText('2 known').waitFor();
  await server.stop();
  await page.getByText('Disconnected', {exact: true}).waitFor();
  await page.getByText(/The mock does not answer/).waitFor();
  // What was known stays; what is asked for all the same is answered in words.
  await page.getByRole('button', {name: '+1 min'}).click();
  await page.locator('#toast.bad').getByText('The mock does not answer.').waitFor();
  await page.getByRole('region', {name: 'Clock'}).getByText('at-1').waitFor();
  await assertAccessible(page, 'disconnected');
  await screenshot(page, 'console-disconnected');

  await server.restart();
  await page.getByRole('button', {name: 'Try now'}).click().catch(() => {});
  await page.getByText('Live', {exact: true}).waitFor();
  await page.getByRole('heading', {name: 'Waiting for the first request'}).waitFor();
  assert.equal(await page.locator('#notice').isVisible(), false);
  await app.register(server);
  assert.equal(await app.refresh(), 400);
  await rowsOf(page).filter({hasText: 'refresh'}).waitFor();
  assert.equal(await rowsOf(page).count(), 1);
  await closePage(page);
});

test('5,000 requests do not freeze the page', async () => {
  const server = await Server.start();
  const app = await connected(server);
  const page = await openConsole(browser, server);
  // The longest time between two frames while requests pour in.
  await page.evaluate(() => {
    window.longest = 0;
    let last = performance.now();
    const tick = (now) => { window.longest = Math.max(window.longest, now - last); last = now; requestAnimationFrame(tick); };
    requestAnimationFrame(tick);
  });
  for (let sent = 0; sent < 5000; sent += 50) {
    await Promise.all(Array.from({length: 50}, () => app.call().catch(() => {})));
  }
  await page.getByText(/^5,?00\d shown/).waitFor({timeout: 60_000});
  const longest = await page.evaluate(() => window.longest);
  assert.ok(longest < 2000, `the page stood still for ${Math.round(longest)} ms`);
  assert.ok(await rowsOf(page).count() < 80, 'all rows are in the page');
  // Rows that went are gone: nodes and listeners are those of what is on the screen.
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('HeapProfiler.collectGarbage');
  const {nodes, jsEventListeners} = await cdp.send('Memory.getDOMCounters');
  assert.ok(nodes < 5000, `${nodes} nodes`);
  assert.ok(jsEventListeners < 500, `${jsEventListeners} listeners`);

  const list = page.getByRole('listbox', {name: /Requests/});
  await list.focus();
  await page.keyboard.press('Home');
  await rowsOf(page).filter({hasText: 'authorization page'}).waitFor();
  const began = performance.now();
  await page.getByLabel('Filter requests').fill('exchange');
  await page.getByText(/^1 shown/).waitFor();
  assert.ok(performance.now() - began < 3000);
  await page.getByLabel('Filter requests').fill('');
  await page.getByRole('button', {name: 'Newest ↓'}).click();
  await page.getByRole('tab', {name: 'Sequence'}).click();
  await page.getByText(/the last 60 of/).waitFor();
  await closePage(page);

  // A page that comes late loads them all.
  const late = await openConsole(browser, server);
  await late.getByText(/^5,?00\d shown$/).waitFor({timeout: 60_000});
  await closePage(late);
});

test('what the journal dropped is counted', async () => {
  const server = await Server.start('--journal-size', '50');
  const page = await openConsole(browser, server);
  for (let i = 0; i < 60; ++i) await fetch(`${server.base}/1.0/accounts`);
  await page.getByText('10 evicted').waitFor();
  await closePage(page);
});

test('at 380 px: everything is reached, nothing sticks out', async () => {
  const server = await Server.start();
  const app = await connected(server);
  await server.api('POST', '/clock/advance', {by: '61m'});
  await app.call();
  await app.refresh();
  const page = await openConsole(browser, server, {viewport: {width: 380, height: 780}});
  const fits = async (what) => {
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 380, `${what} is ${wide} px wide`);
  };
  await rowsOf(page).first().waitFor();
  await fits('list');
  await assertAccessible(page, 'narrow list');
  await screenshot(page, 'narrow-requests');
  await rowsOf(page).filter({hasText: '401'}).click();
  await page.getByText('Why it was rejected').waitFor();
  await fits('exchange');
  await screenshot(page, 'narrow-exchange');
  await page.getByRole('button', {name: '← All requests'}).click();
  for (const [tab, wait] of [['Sequence', '.diagram'], ['Tokens', '[data-token]'], ['Clock & faults', '#now']]) {
    await page.getByRole('tab', {name: tab}).click();
    await page.locator(wait).first().waitFor();
    await fits(tab);
    await assertAccessible(page, `narrow ${tab}`);
    await screenshot(page, `narrow-${tab.split(' ')[0].toLowerCase()}`);
  }
  await closePage(page);
});

test('in the dark', async () => {
  const server = await Server.start();
  const app = await connected(server);
  await server.api('POST', '/clock/advance', {by: '61m'});
  await app.call();
  await app.refresh();
  await fetch(app.authorizeUrl({redirect_uri: `${app.redirect}/`}), {redirect: 'manual'});
  const page = await openConsole(browser, server, {colorScheme: 'dark', viewport: kPicture});
  await rowsOf(page).last().click();
  for (const tab of ['Sequence', 'Tokens', 'Requests']) {
    await page.getByRole('tab', {name: tab}).click();
    await assertAccessible(page, `dark ${tab}`);
  }
  await screenshot(page, 'requests-dark');
  await closePage(page);
});

test('loading and failing are said', async () => {
  const server = await Server.start();
  const page = await openPage(browser);
  page.expected.push(/500/, /Failed to load resource/);
  let hold;
  const held = new Promise((resolve) => { hold = resolve; });
  let failing = true;
  await page.route('**/requests?*', async (route) => {
    await held;
    if (failing) await route.fulfill({status: 500, body: '{"error":{"code":"internal","message":"the disk is on fire"}}'});
    else await route.continue();
  });
  await page.route('**/faults', (route) => failing ? route.fulfill({status: 500, body: '{"error":{"message":"no faults today"}}'}) : route.continue());
  await page.goto(`${server.admin}/`);
  await page.locator('#list-empty').getByText('Loading…').waitFor();
  hold();
  await page.getByText('The requests could not be loaded: the disk is on fire').waitFor();
  const faults = page.getByRole('region', {name: 'Faults'});
  await faults.getByText('no faults today').waitFor();
  await assertAccessible(page, 'failed to load');
  failing = false;
  await page.locator('#list-empty').getByRole('button', {name: 'Try again'}).click();
  await page.getByRole('heading', {name: 'Waiting for the first request'}).waitFor();
  await faults.getByRole('switch').first().waitFor();
  await closePage(page);
});

test('the admin token is asked for where it is needed, and can come in the address', async () => {
  const server = await Server.start('--admin-token', 'sesame-sesame');
  const page = await openPage(browser, {viewport: kPicture});
  page.expected.push(/401/);
  await page.goto(`${server.admin}/`);
  const dialog = page.getByRole('dialog', {name: 'Admin token'});
  await dialog.waitFor();
  await assertAccessible(page, 'token question');
  await dialog.getByText('local-only').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('The mock shows nothing without its admin token.').waitFor();
  await page.getByText('Locked', {exact: true}).waitFor();
  await assertAccessible(page, 'locked');
  await page.getByRole('button', {name: 'Enter the token'}).click();
  await dialog.getByLabel('Token').fill('sesame');
  await dialog.getByRole('button').click();
  await dialog.getByText('The server did not take that token.').waitFor();
  await assertAccessible(page, 'token refused');
  await screenshot(page, 'admin-token');
  await dialog.getByLabel('Token').fill('sesame-sesame');
  await dialog.getByRole('button').click();
  await page.getByText('Live', {exact: true}).waitFor();
  await page.getByRole('main').getByText(kClient).waitFor();
  await closePage(page);

  const linked = await openPage(browser);
  await linked.goto(`${server.admin}/#token=sesame-sesame`);
  await linked.getByText('Live', {exact: true}).waitFor();
  assert.ok(!linked.url().includes('sesame'));
  await closePage(linked);
});
