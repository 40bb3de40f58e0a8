// The authorization screen: what the guide says a customer sees and does, without script.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {createHash} from 'node:crypto';
import {App, Server, assertAccessible, closePage, kCustomer, kDeveloper, kOutOfBand, kPublicClient, logIn, openBrowser, openPage,
  screenshot, stopAll} from './support.mjs';

const kTop = {clip: {x: 0, y: 0, width: 760, height: 380}};  // of the short pages

let server, app, browser;
before(async () => {
  server = await Server.start();
  app = await App.start(server);
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await stopAll();
});

// Scripts are off: the screen must not need any.
async function consentPage(more = {}, options = {}) {
  const page = await openPage(browser, {javaScriptEnabled: false, viewport: {width: 760, height: 700}, ...options});
  await page.goto(app.authorizeUrl(more));
  return page;
}

test('says which application, which access in words, and takes the keyboard', async () => {
  const page = await consentPage({}, {javaScriptEnabled: true});
  await page.getByRole('heading', {name: /Acme Newsletter Sync/}).waitFor();
  const access = await page.getByRole('list').innerText();
  assert.match(access, /account/i);
  assert.match(access, /subscriber/i);
  await assertAccessible(page, 'authorization screen');
  await screenshot(page, 'authorize', {fullPage: true});

  await page.getByLabel('Username').focus();
  await page.keyboard.type(kCustomer[0]);
  await page.keyboard.press('Tab');
  await page.keyboard.type(kCustomer[1]);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', {name: 'Connected'}).waitFor();
  assert.equal(app.callback.get('state'), app.state);
  await closePage(page);
});

test('at 380 px and in the dark', async () => {
  const page = await consentPage({}, {javaScriptEnabled: true, viewport: {width: 380, height: 760}, colorScheme: 'dark'});
  await page.getByRole('button', {name: 'Authorize'}).waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 380, `the page is ${wide} px wide`);
  await assertAccessible(page, 'authorization screen, dark');
  await screenshot(page, 'authorize-dark-narrow', {fullPage: true});
  await closePage(page);
});

test('cancel goes back with access_denied and the state', async () => {
  const page = await consentPage();
  await page.getByRole('button', {name: 'Cancel'}).click();
  await page.getByRole('heading', {name: 'Not connected'}).waitFor();
  assert.equal(app.callback.get('error'), 'access_denied');
  assert.equal(app.callback.get('state'), app.state);
  assert.equal(app.callback.has('code'), false);
  await closePage(page);
});

test('a wrong password is said, and the second try works', async () => {
  const page = await consentPage();
  await logIn(page, [kCustomer[0], 'wrong']);
  assert.match(await page.getByRole('alert').innerText(), /username or password/i);
  assert.equal(await page.getByLabel('Username').inputValue(), kCustomer[0]);
  assert.equal(await page.getByLabel('Password').inputValue(), '');
  assert.equal(await page.locator('[autofocus]').getAttribute('name'), 'password');
  await logIn(page, kCustomer);
  await page.getByRole('heading', {name: 'Connected'}).waitFor();
  await closePage(page);
});

test('the developer account is told apart', async () => {
  const page = await consentPage();
  await logIn(page, kDeveloper);
  assert.match(await page.getByRole('alert').innerText(), /developer account/i);
  await screenshot(page, 'authorize-developer-account', {fullPage: true});
  await logIn(page, kCustomer);
  await page.getByRole('heading', {name: 'Connected'}).waitFor();
  await closePage(page);
});

test('out of band: the code is shown to copy', async () => {
  const page = await consentPage({redirect_uri: kOutOfBand}, {javaScriptEnabled: true});
  await logIn(page, kCustomer);
  const code = await page.locator('#authorization-code').innerText();
  assert.match(code, /^[A-Za-z0-9_-]{22}$/);
  await assertAccessible(page, 'code page');
  await screenshot(page, 'authorize-code', kTop);
  assert.equal(await app.token({grant_type: 'authorization_code', code, redirect_uri: kOutOfBand}), 200);
  await closePage(page);
});

test('a public client must use PKCE, and may then', async () => {
  const challenge = createHash('sha256').update('a'.repeat(43)).digest('base64url');
  const target = {client_id: kPublicClient, redirect_uri: kOutOfBand};
  const page = await consentPage(target);
  page.expected.push(/400/);
  assert.match(await page.getByRole('alert').innerText(), /Public Client MUST Use PKCE/);
  await page.goto(app.authorizeUrl({...target, code_challenge: challenge, code_challenge_method: 'S256'}));
  await page.getByRole('heading', {name: /Example Public Integration/}).waitFor();
  await closePage(page);
});

test('a redirect URI that is not registered gets a page, never a redirect', async () => {
  const page = await consentPage({redirect_uri: 'http://127.0.0.1:9/elsewhere'}, {javaScriptEnabled: true});
  page.expected.push(/400/);
  assert.match(await page.getByRole('alert').innerText(), /Invalid redirect URI/);
  await assertAccessible(page, 'error page');
  await screenshot(page, 'authorize-error', kTop);
  await closePage(page);
});

test('what is shown is text, whatever an application is called', async () => {
  await server.api('POST', '/clients', {id: 'hostile', secret: 's', name: '<img src=x onerror=alert(1)>',
    redirect_uris: [kOutOfBand], scopes: ['account.read']});
  const page = await consentPage({client_id: 'hostile', redirect_uri: kOutOfBand, scope: 'account.read'}, {javaScriptEnabled: true});
  await page.getByRole('heading', {name: '<img src=x onerror=alert(1)>'}).waitFor();
  assert.equal(await page.locator('main img').count(), 0);
  await closePage(page);
});
