// The mock of AWeber in a test: started on free ports, ready when the promise resolves.
//
//     const mock = await startMock();
//     after(() => mock.stop());
//     const { access_token } = await mock.issueTokens();
//
// A space (`await mock.space('a')`) is a world of its own in the same mock: clock, tokens, journal and
// faults. Tests that run at the same time take one each. Works in node:test, Jest and Vitest.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from './programs.mjs';

export const confidential = {
  id: 'AWeberMockConfidentialClient0001',
  secret: 'AWeberMockSecretDoNotUseLive0001',
};
export const publicClient = { id: 'AWeberMockPublicClient0000000001' };

export class MockError extends Error {}

class Space {
  constructor(mock, name) {
    this.mock = mock;
    this.name = name;
    this.baseUrl = mock.origin + (name ? `/s/${name}` : '');
    this.prefix = name ? `/api/v1/spaces/${name}` : '/api/v1';
  }

  // One operation of the admin API, below this space: ask('GET', '/requests').
  ask(method, path, body) {
    return this.mock.send(method, this.prefix + path, body);
  }

  issueTokens(clientId = confidential.id, more = {}) {
    return this.ask('POST', '/tokens', { client_id: clientId, ...more });
  }

  async tokens() {
    return (await this.ask('GET', '/tokens')).tokens;
  }

  // Moves the clock ('90s', '1h') and answers what expired, in order.
  async advance(by) {
    return (await this.ask('POST', '/clock/advance', { by })).expired;
  }

  // The next matching request gets a fault: fault('token', { http_status: 503 }).
  fault(endpoint, then, rule = {}) {
    return this.ask('POST', '/faults', [{ on: { endpoint }, times: 1, then: [then], ...rule }]);
  }

  addClient(client) {
    return this.ask('POST', '/clients', client);
  }

  approve(authorization) {
    return this.ask('POST', `/authorizations/${authorization}/approve`, {});
  }

  // The journal, oldest first: requests({ endpoint: 'token' }).
  async requests(filters = {}) {
    const query = new URLSearchParams(filters).toString();
    return (await this.ask('GET', `/requests${query && `?${query}`}`)).requests;
  }

  // Throws with every request that the mock refused, and why.
  async expectNoRefusals() {
    const refused = (await this.requests()).filter((entry) => entry.why_rejected && !entry.rule);
    if (refused.length === 0) return;
    const lines = refused.map((r) => `  ${r.request.method} ${r.path}: ${r.why_rejected}`);
    throw new MockError(`the mock refused:\n${lines.join('\n')}`);
  }
}

class Mock extends Space {
  constructor(child, adminUrl, origin, ca, folder) {
    super({ origin }, '');
    Object.assign(this, { mock: this, child, adminUrl, origin, ca, folder });
    this.caFile = ca && join(folder, 'ca.pem');
  }

  async send(method, path, body) {
    return send(this.adminUrl, method, path, body);
  }

  async space(name) {
    await this.send('POST', '/api/v1/spaces', { name });
    return new Space(this, name);
  }

  async stop() {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill();
    await ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function send(adminUrl, method, path, body) {
  const response = await fetch(adminUrl + path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new MockError(`${method} ${path}: ${text}`);
  return text ? JSON.parse(text) : undefined;
}

// Options are flags of `aweber-mockserver serve`: { scheme: 'http', 'access-token-ttl': 60 }.
export async function startMock(options = {}) {
  const flags = { scheme: 'https', port: 0, 'admin-port': 0, 'frozen-clock': true, ...options };
  const words = Object.entries(flags).flatMap(([name, value]) =>
    value === false ? [] : value === true ? [`--${name}`] : [`--${name}`, String(value)]);
  const child = spawn(program('aweber-mockserver'), ['serve', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk) => { log += chunk; });
  const adminUrl = await new Promise((resolve, reject) => {
    child.once('error', reject);
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      log += `${line}\n`;
      const [label, url, more] = line.trim().split(/\s+/);
      if (label === 'console' && url && !more) resolve(url.replace(/\/$/, ''));
    });
    lines.once('close', () => reject(new MockError(`the mock did not start:\n${log}`)));
  });
  const { base_url: origin } = await send(adminUrl, 'GET', '/api/v1/info');
  const folder = await mkdtemp(join(tmpdir(), 'aweber-mock-'));
  let ca;
  if (flags.scheme === 'https') {
    ca = await (await fetch(`${adminUrl}/ca.pem`)).text();
    await writeFile(join(folder, 'ca.pem'), ca);
  }
  return new Mock(child, adminUrl, origin, ca, folder);
}
