// `aweber-client` as a person uses it: typed into a terminal, the login done in a real browser. The
// terminal is a pseudo-terminal, made by script(1); what the client gives to xdg-open is what the
// browser visits.
import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {after, before, beforeEach, afterEach, test} from 'node:test';
import {App, Server, closePage, kClient, kClientProgram, kCustomer, kOutOfBand, kSecret, logIn, openBrowser,
  openPage, stopAll} from './support.mjs';

let server, app, browser, home;
before(async () => {
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await stopAll();
});
beforeEach(async () => {
  server = await Server.start();
  app = await App.start(server);
  home = mkdtempSync(path.join(tmpdir(), 'aweber-client-'));
});
afterEach(async () => {
  await stopAll();
  rmSync(home, {recursive: true});
});

const quote = (word) => `'${word.replaceAll("'", "'\\''")}'`;

// One command typed into a terminal.
class Terminal {
  constructor(words, env = {}) {
    const command = [kClientProgram, ...words].map(quote).join(' ');
    this.process = spawn('script', ['-qefc', command, '/dev/null'], {stdio: ['pipe', 'pipe', 'inherit'], env: {
      ...process.env, HOME: home, XDG_STATE_HOME: '', AWEBER_CLIENT_SECRET: kSecret, ...env}});
    this.text = '';
    this.process.stdout.on('data', (data) => { this.text += data; this.onText?.(); });
    this.exit = once(this.process, 'exit');
  }

  async shows(pattern) {
    const deadline = setTimeout(() => this.process.kill(), 20_000);
    let match;
    while (!(match = pattern.exec(this.text))) {
      assert.equal(this.process.exitCode, null, `ended without ${pattern}: ${this.text}`);
      await Promise.race([new Promise((resolve) => { this.onText = resolve; }), this.exit]);
    }
    clearTimeout(deadline);
    return match;
  }

  type(text) { this.process.stdin.write(text); }

  async end(status = 0) {
    const [code] = await this.exit;
    assert.equal(code, status, this.text);
    for (const secret of [kSecret, ...this.secrets()]) assert.ok(!this.text.includes(secret), 'a secret on the terminal');
    return this.text.replaceAll('\r\n', '\n');
  }

  // What the store holds and nobody may see.
  secrets() {
    const stored = tokenFile();
    return stored === null ? [] : [stored.access_token, stored.refresh_token];
  }
}

const run = (...words) => new Terminal(words).end();
const storeDirectory = () => path.join(home, '.local/state/aweber-client');
function tokenFile() {
  try {
    return JSON.parse(readFileSync(path.join(storeDirectory(), 'token-default.json'), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

// Every request of the client, without the browser's: "api 200", "refresh_token 200".
async function journal() {
  const {requests} = await server.api('GET', '/requests');
  return requests.filter((one) => ['token', 'api', 'revoke'].includes(one.endpoint))
    .map((one) => `${one.facts.grant_type ?? one.endpoint} ${one.response.status}`);
}

async function freePort() {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const {port} = listener.address();
  listener.close();
  await once(listener, 'close');
  return port;
}

// An xdg-open that hands the address over to this test, through a pipe.
function opener() {
  const pipe = path.join(home, 'opened');
  execFileSync('mkfifo', [pipe]);
  writeFileSync(path.join(home, 'xdg-open'), `#!/bin/sh\nprintf %s "$1" > ${quote(pipe)}\n`);
  chmodSync(path.join(home, 'xdg-open'), 0o755);
  return {env: {PATH: `${home}:${process.env.PATH}`}, opened: readFile(pipe, 'utf8')};
}

const login = (redirect, ...more) => ['login', '--mock', server.base, '--client-id', kClient,
  ...(redirect === '' ? [] : ['--redirect-uri', redirect]), '--scopes', 'account.read list.read', ...more];

// From here on nothing but commands without flags: what login was told is remembered.
async function callAcrossTheHour() {
  assert.deepEqual(await journal(), ['authorization_code 200']);
  assert.equal(JSON.parse(await run('get', '/accounts')).total_size, 1);
  assert.match(await run('status'), /scopes +account\.read list\.read\n/);
  assert.deepEqual(await journal(), ['authorization_code 200', 'api 200']);

  await server.api('POST', '/clock/advance', {by: '1h'});
  const before = tokenFile();
  assert.equal(JSON.parse(await run('get', '/accounts')).total_size, 1);
  assert.deepEqual(await journal(), ['authorization_code 200', 'api 200', 'api 401', 'refresh_token 200', 'api 200']);
  const now = tokenFile();
  assert.notEqual(now.access_token, before.access_token);
  assert.notEqual(now.refresh_token, before.refresh_token);

  assert.match(await run('accounts'), /ACCOUNT +COMPANY +LISTS\n/);
  assert.equal((await journal()).filter((one) => one.startsWith('refresh_token')).length, 1);
  for (const name of readdirSync(storeDirectory())) {
    assert.equal(statSync(path.join(storeDirectory(), name)).mode & 0o077, 0, name);
  }

  assert.match(await run('revoke'), /Disconnected/);
  assert.match(await new Terminal(['accounts']).end(3), /nobody is logged in here; log in again/);
}

test('login in the browser, a call, an hour, a call: one refresh', async () => {
  const redirect = `http://127.0.0.1:${await freePort()}/callback`;
  await server.api('POST', '/clients', {id: kClient, secret: kSecret, redirect_uris: [redirect],
    scopes: ['account.read', 'list.read']});
  const {env, opened} = opener();
  const terminal = new Terminal(login(redirect), env);
  const [, shown] = await terminal.shows(/go here to authorize: (\S+)\s+Waiting for the browser at/);
  assert.equal(await opened, shown);

  const page = await openPage(browser);
  await page.goto(shown);
  await logIn(page, kCustomer);
  await page.getByRole('heading', {name: 'Connected to AWeber'}).waitFor();
  await closePage(page);
  assert.match(await terminal.end(), /\nConnected\. access token \S{4}\.\.\.\(32\), refresh token \S{4}\.\.\.\(32\), expires in 3600 s\n/);
  await callAcrossTheHour();
});

test('the customer says no, and the terminal says so', async () => {
  const redirect = `http://127.0.0.1:${await freePort()}/callback`;
  await server.api('POST', '/clients', {id: kClient, secret: kSecret, redirect_uris: [redirect],
    scopes: ['account.read', 'list.read']});
  const terminal = new Terminal(login(redirect, '--no-browser'));
  const [, shown] = await terminal.shows(/Go here to authorize: (\S+)/);
  await terminal.shows(/Waiting for the browser/);
  const page = await openPage(browser);
  await page.goto(shown);
  await page.getByRole('button', {name: /Deny|Cancel/}).click();
  await page.getByRole('heading', {name: 'Not connected'}).waitFor();
  await closePage(page);
  assert.match(await terminal.end(1), /AWeber did not authorize: access_denied/);
  assert.deepEqual(await journal(), []);
});

test('login by pasting the address at which the browser ended', async () => {
  const terminal = new Terminal(login(app.redirect, '--paste'));
  const [, shown] = await terminal.shows(/Go here to authorize: (\S+)/);
  await terminal.shows(/Enter the full redirect URL: /);
  const page = await openPage(browser);
  await page.goto(shown);
  await logIn(page, kCustomer);
  await page.waitForURL(`${app.redirect}?*`);
  terminal.type(`${page.url()}\n`);
  await closePage(page);
  assert.match(await terminal.end(), /\nConnected\. access token /);
  await callAcrossTheHour();
});

test('login by the code that AWeber shows', async () => {
  const terminal = new Terminal(login(''));
  const [, shown] = await terminal.shows(/Go here to authorize: (\S+)/);
  assert.equal(new URL(shown).searchParams.get('redirect_uri'), kOutOfBand);
  await terminal.shows(/Enter the code that the page shows: /);
  const page = await openPage(browser);
  await page.goto(shown);
  await logIn(page, kCustomer);
  terminal.type(`${await page.locator('#authorization-code').innerText()}\n`);
  await closePage(page);
  assert.match(await terminal.end(), /\nConnected\. access token /);
  await callAcrossTheHour();
});
