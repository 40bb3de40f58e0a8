// What every test here stands on: the real server, the real browser, and an application that connects.
//
// A page that logs an error, throws, or asks anything but this machine fails its test.
import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, readFileSync} from 'node:fs';
import http from 'node:http';
import {createRequire} from 'node:module';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {chromium} from 'playwright-core';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
export const kServer = process.env.AWEBER_MOCKSERVER ?? path.join(root, 'build/release/bin/aweber-mockserver');
export const kClientProgram = process.env.AWEBER_CLIENT ?? path.join(root, 'build/release/bin/aweber-client');
const kChromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
const kShots = process.env.SCREENSHOTS ?? '';  // where pictures go; none are made without
export const kPicture = {width: 1240, height: 760};  // of the documentation
const kAxe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const kClient = 'AWeberMockConfidentialClient0001';
export const kSecret = 'AWeberMockSecretDoNotUseLive0001';
export const kPublicClient = 'AWeberMockPublicClient0000000001';
export const kCustomer = ['customer@example.com', 'mock-customer-password'];
export const kDeveloper = ['developer@example.com', 'mock-developer-password'];
export const kScopes = ['account.read', 'list.read', 'subscriber.read', 'subscriber.write', 'email.read'];
export const kOutOfBand = 'urn:ietf:wg:oauth:2.0:oob';

// What a test started and a failure left running; each file stops it at its end.
const running = new Set();
export async function stopAll() {
  for (const one of running) await one.stop();
  running.clear();
}

// ---- the server ----

export class Server {
  static async start(...more) {
    const server = new Server();
    running.add(server);
    await server.run(['--port', '0', '--admin-port', '0', ...more]);
    return server;
  }

  async run(flags) {
    const args = ['serve', '--scheme', 'http', '--seed', '7', '--log-format', 'json', ...flags];
    this.process = spawn(kServer, args, {stdio: ['ignore', 'pipe', 'pipe']});
    this.said = '';
    this.process.stderr.on('data', (text) => { this.said = (this.said + text).slice(-4000); });
    const banner = {};
    const deadline = setTimeout(() => this.process.kill('SIGKILL'), 20_000);
    for await (const line of createInterface({input: this.process.stdout})) {
      const [, label, text] = /^\s+(\S+)\s+(\S.*)$/.exec(line) ?? [];
      if (label) banner[label] ??= text;
      if (label === 'developer') break;  // the banner's last line
    }
    clearTimeout(deadline);
    assert.ok(banner.console && banner.token, `no addresses in the banner: ${JSON.stringify(banner)} ${this.said}`);
    this.admin = banner.console.replace(/\/$/, '');
    this.base = banner.token.replace('/oauth2/token', '');
  }

  // The same addresses, a new life.
  async restart() {
    const ports = ['--port', new URL(this.base).port, '--admin-port', new URL(this.admin).port];
    await this.stop();
    await this.run(ports);
  }

  async stop() {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await gone;
  }

  async api(method, where, body) {
    const response = await fetch(`${this.admin}/api/v1${where}`, {
      method, body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      headers: body === undefined ? {} : {'Content-Type': 'application/json'},
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${where}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
}

// ---- the application ----

const kNext = '<a href="/accounts">See my accounts</a>';

// A web application as the guide describes it: a connect link, a callback, calls, a refresh on 401.
export class App {
  static async start(server) {
    const app = new App();
    running.add(app);
    app.base = server.base;
    app.server = http.createServer((request, response) => app.answer(request, response));
    app.server.listen(0, '127.0.0.1');
    await once(app.server, 'listening');
    app.url = `http://127.0.0.1:${app.server.address().port}`;
    app.redirect = `${app.url}/callback`;
    await app.register(server);
    return app;
  }

  register(server) {
    return server.api('POST', '/clients', {id: kClient, secret: kSecret, name: 'Acme Newsletter Sync',
      redirect_uris: [this.redirect, kOutOfBand], scopes: kScopes});
  }

  stop() { this.server.closeAllConnections(); this.server.close(); }

  authorizeUrl(more = {}) {
    this.state = crypto.randomUUID();
    return `${this.base}/oauth2/authorize?${new URLSearchParams({response_type: 'code', client_id: kClient,
      redirect_uri: this.redirect, scope: 'account.read list.read subscriber.read', state: this.state, ...more})}`;
  }

  async answer(request, response) {
    const url = new URL(request.url, this.url);
    const page = (title, text) => response.setHeader('Content-Type', 'text/html')
      .end(`<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>`);
    if (url.pathname === '/') return page('App', `<a href="${this.authorizeUrl().replaceAll('&', '&amp;')}">Click to connect to AWeber</a>`);
    if (url.pathname === '/accounts') {
      const statuses = await this.callAsLibrariesDo();
      return page(statuses.at(-1) === 200 ? 'Your accounts' : 'No accounts', `${statuses.join(', ')} ${kNext}`);
    }
    if (url.pathname !== '/callback') return response.writeHead(404).end();
    this.callback = url.searchParams;
    if (url.searchParams.get('state') !== this.state) return page('Refused', 'foreign state');
    if (url.searchParams.has('error')) return page('Not connected', url.searchParams.get('error'));
    const status = await this.token({grant_type: 'authorization_code', code: url.searchParams.get('code'), redirect_uri: this.redirect});
    return page(status === 200 ? 'Connected' : 'Failed', `token endpoint: ${status} ${kNext}`);
  }

  // A call; on 401 one refresh and the call again. The statuses of all three.
  async callAsLibrariesDo() {
    const statuses = [await this.call()];
    if (statuses[0] !== 401) return statuses;
    statuses.push(await this.refresh());
    return statuses.at(-1) === 200 ? [...statuses, await this.call()] : statuses;
  }

  async token(parameters) {
    const response = await fetch(`${this.base}/oauth2/token`, {
      method: 'POST', body: new URLSearchParams(parameters),
      headers: {Authorization: `Basic ${Buffer.from(`${kClient}:${kSecret}`).toString('base64')}`},
    });
    const body = await response.json().catch(() => ({}));
    if (response.ok) this.tokens = body;
    return response.status;
  }

  async call(where = '/1.0/accounts') {
    return (await fetch(this.base + where, {headers: {Authorization: `Bearer ${this.tokens.access_token}`}})).status;
  }

  refresh() { return this.token({grant_type: 'refresh_token', refresh_token: this.tokens.refresh_token}); }
}

// ---- the browser ----

export async function openBrowser() {
  return chromium.launch({
    executablePath: kChromium,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
      // What a page or the browser itself would ask of another machine ends here.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost'],
  });
}

// A page that keeps its own record of what it must not do. `expected`: errors that a test provokes.
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({viewport: {width: 1400, height: 860}, locale: 'en-GB', ...options});
  context.setDefaultTimeout(60_000);  // a busy machine is slow; what is there is seen at once
  const page = await context.newPage();
  page.wrong = [];
  page.expected = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) page.wrong.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => page.wrong.push(`uncaught: ${error.message}`));
  // Every request of every page is caught on its way: what is for another machine is told and ended.
  await context.route((url) => !isLocal(url), (route) => {
    page.wrong.push(`left the machine: ${route.request().url()}`);
    return route.abort();
  });
  return page;
}

const isLocal = (url) => ['127.0.0.1', 'localhost'].includes(url.hostname) || ['blob:', 'data:', 'file:'].includes(url.protocol);

export async function closePage(page) {
  const wrong = page.wrong.filter((text) => !page.expected.some((pattern) => pattern.test(text)));
  await page.context().close();
  assert.deepEqual(wrong, []);
}

export async function openConsole(browser, server, options = {}) {
  const page = await openPage(browser, options);
  await page.goto(`${server.admin}/`);
  await page.getByText('Live', {exact: true}).waitFor();
  return page;
}

// The rows of the list that are in the page.
export const rowsOf = (page) => page.getByRole('listbox', {name: /Requests/}).getByRole('option');

// No finding of axe, of any impact; the scan runs in the page's own world, where the policy that
// forbids scripts from elsewhere does not reach.
export async function assertAccessible(page, what) {
  const cdp = await page.context().newCDPSession(page);
  const {frameTree} = await cdp.send('Page.getFrameTree');
  const {executionContextId: contextId} = await cdp.send('Page.createIsolatedWorld', {frameId: frameTree.frame.id});
  await cdp.send('Runtime.evaluate', {expression: kAxe, contextId});
  const {result} = await cdp.send('Runtime.evaluate', {
    contextId, awaitPromise: true, returnByValue: true,
    expression: `axe.run(document, {resultTypes: ['violations']}).then((r) => r.violations.map((v) =>
      v.impact + ' ' + v.id + ': ' + v.nodes.slice(0, 4).map((n) => n.target + ' ' + (n.any[0]?.message ?? '')).join(' | ')))`,
  });
  assert.deepEqual(result.value, [], `axe: ${what}`);
}

// Pictures for the documentation, kept small.
export async function screenshot(page, name, options = {}) {
  if (kShots === '') return;
  mkdirSync(kShots, {recursive: true});
  const file = path.join(kShots, `${name}.png`);
  await page.evaluate(() => { const toast = document.getElementById('toast'); if (toast) toast.hidden = true; });
  await page.screenshot({path: file, animations: 'disabled', ...options});
  const small = spawnSync('pngquant', ['--force', '--skip-if-larger', '--strip', '--output', file, '64', file]);
  assert.ok([0, 98].includes(small.status), `pngquant: ${small.stderr}`);
}

export async function logIn(page, [username, password]) {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', {name: 'Authorize'}).click();
}
