// The console's parts, each doing what it says.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {after, before, beforeEach, test} from 'node:test';
import {App, Server, assertAccessible, closePage, kClient, kPicture, kPublicClient, kServer, openBrowser, openConsole, rowsOf, screenshot, stopAll} from './support.mjs';

let server, app, browser, page;
before(async () => {
  server = await Server.start();
  app = await App.start(server);
  browser = await openBrowser();
});
beforeEach(async () => { await server.api('POST', '/reset'); });
after(async () => {
  await browser?.close();
  await stopAll();
});

// The program that users have takes the scenario, saved where its second line says.
function assertLoads(yaml) {
  const [, name] = yaml.match(/^# Save it as (\S+\.yaml) /m);
  const folder = mkdtempSync(path.join(tmpdir(), 'recorded-'));
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), {recursive: true});
  writeFileSync(file, yaml);
  const {status, stdout, stderr} = spawnSync(kServer, ['validate', file], {encoding: 'utf8'});
  rmSync(folder, {recursive: true});
  assert.equal(status, 0, `${stdout}${stderr}\n${yaml}`);
}

// A connected application, without the page.
async function connect(base = app.base) {
  app.tokens = null;
  await fetch(app.authorizeUrl().replace(app.base, base));
  const {authorizations} = await server.api('GET', '/authorizations');
  const {redirect} = await server.api('POST', `/authorizations/${authorizations.at(-1).id}/approve`, {});
  await fetch(redirect);
  assert.ok(app.tokens);
}

const rows = () => rowsOf(page);
const exchange = () => page.getByRole('article', {name: 'Exchange'});

test('begins with what to do, and a link to look at the authorization screen', async () => {
  page = await openConsole(browser, server, {viewport: kPicture});
  await page.getByRole('heading', {name: 'Waiting for the first request'}).waitFor();
  await page.getByRole('main').getByText(kClient).waitFor();
  await assertAccessible(page, 'empty console');
  await screenshot(page, 'console-empty');
  const [popup] = await Promise.all([page.context().waitForEvent('page'), page.getByRole('link', {name: 'Look at the authorization screen'}).click()]);
  await popup.getByRole('heading', {name: /Acme Newsletter Sync/}).waitFor();
  await closePage(page);
});

test('pause holds the list and counts what comes; resume shows it', async () => {
  await connect();
  page = await openConsole(browser, server);
  await rows().first().waitFor();
  const count = await rows().count();
  await page.getByRole('button', {name: 'Pause'}).click();
  await app.call();
  await app.call();
  await page.getByText('paused, 2 new').waitFor();
  assert.equal(await rows().count(), count);
  await page.getByRole('button', {name: 'Resume'}).click();
  await rows().nth(count + 1).waitFor();
  await closePage(page);
});

test('filters by word, endpoint and problem, and says when nothing is left', async () => {
  await connect();
  await app.call();
  app.tokens.access_token = 'never-issued-here';
  assert.equal(await app.call(), 401);
  page = await openConsole(browser, server);
  await page.getByText('4 shown').waitFor();
  await page.getByLabel('Endpoint').selectOption('api');
  await page.getByText('2 shown · 2 filtered out').waitFor();
  await page.getByLabel('Problems only').check();
  await page.getByText('1 shown · 3 filtered out').waitFor();
  await page.getByLabel('Filter requests').fill('no such thing');
  await page.getByText('No request passes the filter.').waitFor();
  await page.getByRole('button', {name: 'Clear the filter'}).click();
  await page.getByText('4 shown').waitFor();
  await closePage(page);
});

test('the keyboard walks the list and opens an exchange', async () => {
  await connect();
  await app.call();
  page = await openConsole(browser, server);
  await rows().first().waitFor();
  await page.getByRole('listbox', {name: /Requests/}).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.getByRole('listbox', {name: /Requests/}).getAttribute('aria-activedescendant'), await rows().nth(1).getAttribute('id'));
  assert.equal(await rows().nth(1).getAttribute('aria-selected'), 'true');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'exchange');
  await closePage(page);
});

test('why rejected marks the character that differs', async () => {
  await fetch(app.authorizeUrl({redirect_uri: `${app.redirect}/`}), {redirect: 'manual'});
  page = await openConsole(browser, server, {viewport: kPicture});
  await rows().first().click();
  const reason = page.getByLabel('Where they differ').or(page.getByLabel('Reason'));
  await reason.waitFor();
  assert.ok((await reason.innerText()).includes(`${app.redirect}/`));
  assert.equal(await reason.locator('mark').last().innerText(), '/');
  await assertAccessible(page, 'a refusal');
  await screenshot(page, 'why-rejected');

  // Where the address is the right one, it is registered from here; the secret stays what it was.
  await page.getByRole('button', {name: 'Register this redirect URI'}).click();
  await page.getByText(`Registered: ${app.redirect}/`).first().waitFor();
  assert.equal((await fetch(app.authorizeUrl({redirect_uri: `${app.redirect}/`}))).status, 200);
  await connect();
  await app.register(server);
  await closePage(page);
});

test('an application of one\'s own: its redirect URI is registered, or why not is said', async () => {
  page = await openConsole(browser, server);
  await page.getByRole('button', {name: 'register your redirect URI'}).click();
  await page.getByLabel('Your redirect URI').fill('http://localhost:3000/callback');
  await page.getByLabel('Comes back to').selectOption({label: 'Example Public Integration'});
  await assertAccessible(page, 'applications');
  await page.getByRole('button', {name: 'Register', exact: true}).click();
  await page.getByRole('region', {name: 'Applications'}).getByText('http://localhost:3000/callback', {exact: true}).waitFor();
  const {clients} = await server.api('GET', '/clients');
  assert.ok(clients.find((one) => one.id === kPublicClient).redirect_uris.includes('http://localhost:3000/callback'));

  page.expected.push(/400/);
  await page.route('**/clients', (route) => route.request().method() === 'GET' ? route.continue()
    : route.fulfill({status: 400, body: '{"error":{"code":"client.invalid","message":"not with a fragment"}}'}));
  await page.getByLabel('Your redirect URI').fill('http://localhost:3000/#x');
  await page.getByRole('button', {name: 'Register', exact: true}).click();
  await page.locator('#toast.bad').getByText('not with a fragment').waitFor();
  assert.equal(await page.getByLabel('Your redirect URI').inputValue(), 'http://localhost:3000/#x');
  await closePage(page);
});

test('what is typed stays while the page follows the server', async () => {
  await connect();
  page = await openConsole(browser, server);
  await page.getByText('Another fault, as YAML').click();
  const rule = page.getByLabel('Rules in the shape of');
  await rule.fill('- on: api\n  then: {hang: {}}\n');
  await rule.evaluate((area) => area.setSelectionRange(6, 9));
  await server.api('POST', '/faults', [{id: 'other', on: {endpoint: 'revoke'}, then: {reset: {}}}]);
  await page.getByText('revoke: reset').waitFor();
  await page.keyboard.type('token');
  assert.equal(await rule.inputValue(), '- on: token\n  then: {hang: {}}\n');

  await page.getByRole('tab', {name: 'Sequence'}).click();
  await page.getByLabel('Show').selectOption('grant-1');
  await page.getByText('1 exchange', {exact: true}).waitFor();
  await page.getByLabel('Show').evaluate((select) => { select.dataset.same = 'yes'; });
  await app.call();
  await page.getByText('2 exchanges').waitFor();
  assert.equal(await page.getByLabel('Show').getAttribute('data-same'), 'yes');
  assert.equal(await page.getByLabel('Show').inputValue(), 'grant-1');
  await closePage(page);
});

test('an exchange shows the decoded form, both times, and no secret', async () => {
  await connect();
  page = await openConsole(browser, server);
  await rows().filter({hasText: 'exchange code-1'}).click();
  const text = await exchange().innerText();
  for (const wanted of ['Mock time', 'Real time', 'grant_type', 'authorization_code', app.redirect, 'at-1', 'rt-1', '[redacted:at-1]']) {
    assert.ok(text.includes(wanted), `${wanted} is not shown`);
  }
  assert.ok(!text.includes(app.tokens.access_token));
  await exchange().getByRole('button', {name: 'at-1', exact: true}).click();
  await page.locator('[data-token="at-1"].marked').waitFor();
  await closePage(page);
});

test('copies curl and a scenario that the server takes', async () => {
  await connect();
  await server.api('POST', '/faults', [{on: {endpoint: 'token', grant: 'refresh_token'}, times: 1, then: {lose_reply: {}}}]);
  await app.refresh().catch(() => {});
  assert.equal(await app.refresh(), 400);
  await app.call();
  // What else comes along: refused and cancelled logins, a body that is no text, another path.
  await fetch(app.authorizeUrl({redirect_uri: `${app.redirect}/`}));
  await fetch(app.authorizeUrl());
  const {authorizations} = await server.api('GET', '/authorizations');
  await server.api('POST', `/authorizations/${authorizations.at(-1).id}/deny`);
  await fetch(`${server.base}/oauth2/token`, {method: 'POST', body: Buffer.from([0, 255, 1])});
  await fetch(`${server.base}/oauth2/revoke`, {method: 'POST', body: new URLSearchParams({token: 'never "issued": # here'})});
  await fetch(`${server.base}/1.0/accounts/0/lists?ws.size=1000`, {method: 'PATCH', body: '{"a": "\u2028"}'});
  await fetch(`${server.base}/favicon.ico`);
  const sent = (await server.api('GET', '/requests?limit=0')).last_sequence;
  page = await openConsole(browser, server, {permissions: ['clipboard-read', 'clipboard-write']});
  await page.getByText(`${sent} shown`, {exact: true}).waitFor();
  await page.setViewportSize({width: 1400, height: 1200});
  const count = await rows().count();
  for (let at = 0; at < count; ++at) {
    await rows().nth(at).click();
    await exchange().getByRole('button', {name: 'Copy as curl'}).click();
    await page.getByText('curl command copied').first().waitFor();
    const curl = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(curl.includes(`${server.base}/`), curl);
    await exchange().getByRole('button', {name: 'Copy as YAML scenario'}).click();
    await page.getByText('Scenario copied').first().waitFor();
    const yaml = await page.evaluate(() => navigator.clipboard.readText());
    assertLoads(yaml);
  }
  const lost = rows().filter({hasText: 'lose_reply'});
  await lost.click();
  await exchange().getByRole('button', {name: 'Copy as YAML scenario'}).click();
  await page.waitForFunction(async () => (await navigator.clipboard.readText()).includes('lose_reply'));
  await closePage(page);
});

test('a fault goes on, acts, is used up, and goes off', async () => {
  await connect();
  page = await openConsole(browser, server, {viewport: kPicture});
  const fault = page.getByRole('switch', {name: /Refresh is refused/});
  await fault.click();
  await page.locator('[data-fault="refresh-refused"][aria-checked=true]').getByText('1 left').waitFor();
  await screenshot(page, 'faults');
  assert.equal(await app.refresh(), 400);
  await page.locator('[data-fault="refresh-refused"][aria-checked=false]').getByText('used up').waitFor();
  await rows().filter({hasText: 'refresh rt-1: invalid_request'}).waitFor();
  assert.equal(await app.refresh(), 200);

  await page.getByLabel('Switch on').selectOption('until switched off');
  await fault.click();
  await page.locator('[data-fault="refresh-refused"][aria-checked=true]').getByText('acted 0×').waitFor();
  await fault.click();
  await page.locator('[data-fault="refresh-refused"][aria-checked=false]').waitFor();
  assert.deepEqual((await server.api('GET', '/faults')).faults, []);
  await closePage(page);
});

test('every fault of the panel is one that the server takes', async () => {
  page = await openConsole(browser, server);
  const switches = page.getByRole('switch');
  await switches.first().waitFor();
  const count = await switches.count();
  assert.ok(count >= 10);
  for (let at = 0; at < count; ++at) {
    const name = await switches.nth(at).getAttribute('data-fault');
    await switches.nth(at).click();
    await page.locator(`[data-fault="${name}"][aria-checked=true]`).waitFor();
  }
  await closePage(page);
});

test('a rule of one\'s own: a mistake is explained, a good one is listed and removed', async () => {
  page = await openConsole(browser, server);
  page.expected.push(/422/);
  await page.getByText('Another fault, as YAML').click();
  await page.getByLabel('Rules in the shape of').fill('- on: tokn\n  then: {hang: {}}\n');
  await page.getByRole('button', {name: 'Add fault'}).click();
  await page.getByText('did you mean "token"?').waitFor();
  await page.getByLabel('Rules in the shape of').fill('- id: mine\n  on: token\n  then: {delay: 10ms}\n');
  await page.getByRole('button', {name: 'Add fault'}).click();
  await page.getByText('token: delay').waitFor();
  await page.getByRole('button', {name: 'Remove mine'}).click();
  await page.getByText('token: delay').waitFor({state: 'detached'});
  await closePage(page);
});

test('a scenario is searched, played, counted and stopped', async () => {
  page = await openConsole(browser, server, {viewport: kPicture});
  await page.getByRole('button', {name: 'Choose a scenario…'}).click();
  const dialog = page.getByRole('dialog', {name: 'Choose a scenario'});
  await dialog.getByLabel('Search scenarios').fill('refresh');
  await dialog.getByRole('button', {name: /refresh\/503-then-ok/}).waitFor();
  await assertAccessible(page, 'scenario picker');
  await screenshot(page, 'scenario-picker');
  await dialog.getByLabel('Search scenarios').fill('503 refresh');
  await dialog.getByText(/^\d of/).waitFor();
  await dialog.getByRole('button', {name: /refresh\/503-then-ok/}).click();
  const panel = page.getByRole('region', {name: 'Scenario'});
  await panel.getByText('refresh/503-then-ok').waitFor();
  await panel.getByText('acted 0 of 0 seen, 1 left').waitFor();
  await connect();
  assert.equal(await app.refresh(), 503);
  await panel.getByText('acted 1 of 1 seen, 0 left').waitFor();
  await panel.getByRole('button', {name: 'Stop'}).click();
  await panel.getByRole('button', {name: 'Choose a scenario…'}).waitFor();
  await closePage(page);
});

test('tokens expire and are revoked by hand; a family after a question', async () => {
  await connect();
  page = await openConsole(browser, server);
  await page.getByRole('tab', {name: 'Tokens'}).click();
  await page.getByRole('button', {name: 'Expire at-1'}).click();
  await page.locator('[data-token="at-1"]').getByText('expired', {exact: true}).waitFor();
  await page.getByRole('button', {name: 'Revoke all…'}).click();
  await page.getByRole('dialog').getByRole('button', {name: 'Revoke'}).click();
  await page.locator('[data-token="rt-1"]').getByText('revoked', {exact: true}).waitFor();
  assert.equal(await app.refresh(), 400);
  await closePage(page);
});

test('exports HAR and state', async () => {
  await connect();
  page = await openConsole(browser, server);
  await rows().first().waitFor();
  const save = async (name) => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name}).click()]);
    return JSON.parse(await readFile(await file.path(), 'utf8'));
  };
  const har = await save('Export HAR');
  assert.equal(har.log.version, '1.2');
  assert.ok(har.log.entries.length >= 2);
  const state = await save('Export state');
  assert.ok(state.tokens.length >= 2);
  assert.ok(!JSON.stringify([har, state]).includes(app.tokens.refresh_token));
  await closePage(page);
});

test('each space by itself, and two tabs that both follow', async () => {
  const name = `side-${Date.now()}`;
  await server.api('POST', '/spaces', {name});
  await connect();
  const first = await openConsole(browser, server);
  const second = await openConsole(browser, server);
  for (const tab of [first, second]) await rowsOf(tab).filter({hasText: 'exchange code-1'}).waitFor();
  await first.getByRole('region', {name: 'Clock'}).getByRole('button', {name: '+1 h'}).click();
  await second.getByRole('tab', {name: 'Tokens'}).click();
  await second.locator('[data-token="at-1"]').getByText('expired', {exact: true}).waitFor();
  assert.equal(await app.call(), 401);
  for (const tab of [first, second]) {
    if (tab === second) await tab.getByRole('tab', {name: 'Requests'}).click();
    await rowsOf(tab).filter({hasText: '401'}).waitFor();
  }
  await second.getByLabel('Space').selectOption(name);
  await second.getByRole('heading', {name: 'Waiting for the first request'}).waitFor();
  await fetch(`${server.base}/s/${name}/1.0/accounts`);
  await rowsOf(second).filter({hasText: '/1.0/accounts'}).waitFor();
  assert.equal(await rowsOf(second).count(), 1);
  await second.reload();
  await rowsOf(second).first().waitFor();
  assert.equal(await second.getByLabel('Space').inputValue(), name);
  await closePage(first);

  // The space goes: the page says so and shows the default one.
  second.expected.push(/404/, /ERR_INCOMPLETE_CHUNKED/);
  await server.api('DELETE', `/spaces/${name}`);
  await second.reload();
  await second.locator('#toast.bad').getByText(`There is no space ${name} any more.`).waitFor();
  await rowsOf(second).filter({hasText: 'exchange code-1'}).waitFor();
  assert.equal(await second.getByLabel('Space').inputValue(), 'default');
  await closePage(second);
});

test('clear empties the list, reset asks first', async () => {
  await connect();
  page = await openConsole(browser, server);
  await rows().first().waitFor();
  await page.getByRole('button', {name: 'Clear list'}).click();
  await page.getByRole('heading', {name: 'Waiting for the first request'}).waitFor();
  await page.getByRole('button', {name: 'Reset space…'}).click();
  await assertAccessible(page, 'question');
  await page.getByRole('dialog').getByRole('button', {name: 'Reset'}).click();
  await page.getByRole('tab', {name: 'Tokens'}).click();
  await page.getByText('No tokens yet.').waitFor();
  await closePage(page);
});
