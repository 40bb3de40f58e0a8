// The fixture's own test, and the example of docs/testing/node.md.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import https from 'node:https';
import { confidential, startMock } from 'aweber-harness';

let mock;
let space;
let count = 0;
before(async () => { mock = await startMock(); });
after(() => mock.stop());
beforeEach(async () => { space = await mock.space(`t-${++count}`); });

function send(path, { form, ...headers } = {}) {
  const body = form && new URLSearchParams(form).toString();
  return new Promise((resolve, reject) => {
    const request = https.request(space.baseUrl + path, {
      ca: mock.ca,
      method: form ? 'POST' : 'GET',
      headers: { ...headers, ...(form && { 'content-type': 'application/x-www-form-urlencoded' }) },
    }, (response) => {
      let text = '';
      response.on('data', (chunk) => { text += chunk; });
      response.on('end', () => resolve({ status: response.statusCode, body: text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

const basic = `Basic ${btoa(`${confidential.id}:${confidential.secret}`)}`;
const refresh = (token) => send('/oauth2/token', {
  form: { grant_type: 'refresh_token', refresh_token: token }, authorization: basic,
});

test('a token works until it expires', async () => {
  const { access_token: access, refresh_token: refreshToken } = await space.issueTokens();
  const authorization = `Bearer ${access.value}`;
  assert.equal((await send('/1.0/accounts', { authorization })).status, 200);
  assert.deepEqual((await space.advance('1h')).map((e) => e.label), ['at-1']);
  await space.expectNoRefusals();
  assert.equal((await send('/1.0/accounts', { authorization })).status, 401);
  assert.equal((await refresh(refreshToken.value)).status, 200);
  await assert.rejects(space.expectNoRefusals(), /the mock refused/);
});

test('a fault is for one request', async () => {
  const { refresh_token: token } = await space.issueTokens();
  await space.fault('token', { http_status: 503 });
  assert.equal((await refresh(token.value)).status, 503);
  assert.equal((await refresh(token.value)).status, 200);
  assert.equal((await space.requests({ endpoint: 'token' })).length, 2);
});

test('spaces are worlds apart', async () => {
  await space.issueTokens();
  assert.equal((await space.tokens()).length, 2);
  assert.deepEqual(await mock.tokens(), []);
});

test("the mock's own words are in the error", async () => {
  await assert.rejects(space.issueTokens('no-such-client'), /no-such-client/);
});
