// The console's pure modules, without a browser.
import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import {test} from 'node:test';
import {asCurl} from '../../mockserver/console/curl.js';
import {caretLines, comparison, decodeBody, decodePairs, firstDifference, queryOf} from '../../mockserver/console/decode.js';
import {clockJump, isProblem, statusText, summary, tone} from '../../mockserver/console/entry.js';
import {EventReader} from '../../mockserver/console/live.js';
import {asScenario} from '../../mockserver/console/recorded.js';
import {Store, kCapacity} from '../../mockserver/console/store.js';
import {dateTime, preciseTime, span, took} from '../../mockserver/console/time.js';

const entry = (more = {}) => ({
  sequence: 1, space: 'default', time: 0, virtual_time: 0, endpoint: 'token', path: '/oauth2/token', state: 'answered',
  request: {method: 'POST', target: '/oauth2/token', headers: [['Host', 'h'], ['Content-Type', 'application/x-www-form-urlencoded']], body: 'a=b'},
  facts: {grant_type: 'refresh_token', refresh_token: 'rt-1'}, response: {status: 400, headers: [], body: '', bytes_sent: 1},
  error: 'invalid_request', why_rejected: 'because', rule: '', fault: '', findings: [], ...more,
});

test('the documentation shows every picture that is made, and no other', () => {
  const docs = new URL('../../docs/', import.meta.url);
  const shown = [...readFileSync(new URL('console.md', docs), 'utf8').matchAll(/\(screenshots\/([a-z-]+\.png)\)/g)].map((match) => match[1]);
  assert.deepEqual(readdirSync(new URL('screenshots/', docs)).sort(), [...new Set(shown)].sort());
});

test('pairs are decoded as a form is', () => {
  assert.deepEqual(decodePairs('a=b%20c+d&e&=f&%zz=1'), [
    {name: 'a', value: 'b c d', broken: false}, {name: 'e', value: '', broken: false},
    {name: '', value: 'f', broken: false}, {name: '%zz', value: '1', broken: true}]);
  assert.deepEqual(decodePairs(''), []);
  assert.equal(queryOf('/p?a=b?c#d'), 'a=b?c');
  assert.equal(queryOf('/p'), '');
});

test('bodies by their type', () => {
  assert.equal(decodeBody('a=b', 'application/x-www-form-urlencoded; charset=utf-8').kind, 'form');
  assert.equal(decodeBody('{"a":1}', 'application/json').text, '{\n  "a": 1\n}');
  assert.equal(decodeBody('{broken', 'application/json').kind, 'text');
  assert.equal(decodeBody('', 'text/plain').kind, 'none');
  assert.match(decodeBody({base64: 'AAE='}, '').text, /AAE=/);
});

test('where two strings differ', () => {
  assert.equal(firstDifference('abc', 'abc'), -1);
  assert.equal(firstDifference('abc', 'abcd'), 3);
  assert.equal(firstDifference('abc', 'axc'), 1);
  const found = comparison('redirect_uri is not registered: registered "http://a/cb", sent "http://a/cb/"; they differ at character 12');
  assert.deepEqual(found.values, ['http://a/cb', 'http://a/cb/']);
  assert.deepEqual(found.labels, ['registered', 'sent']);
  assert.equal(found.at, 11);
  assert.equal(comparison('client "abcd" is unknown'), null);
  assert.deepEqual(caretLines('expected: ab\nseen:     ax\n           ^ character 2').column, 11);
  assert.equal(caretLines('no caret').caret, -1);
});

test('what an entry is about', () => {
  assert.equal(summary(entry()), 'refresh rt-1');
  assert.equal(summary(entry({error: '', why_rejected: '', response: {status: 200, headers: []},
    facts: {grant_type: 'authorization_code', code: 'code-1', access_token: 'at-1', issued_refresh_token: 'rt-1'}})),
  'exchange code-1 → at-1 + rt-1');
  assert.equal(summary(entry({endpoint: 'decision', error: 'access_denied'})), 'customer cancels');
  assert.equal(summary(entry({endpoint: 'api', facts: {access_token: 'at-1', token_state: 'expired'}})), 'with at-1 (expired)');
  assert.equal(statusText(entry({state: 'open', response: undefined})), '…');
  assert.equal(statusText(entry({state: 'aborted', response: undefined})), 'lost');
  assert.equal(tone(entry()), 'bad');
  assert.equal(tone(entry({error: '', response: {status: 302, headers: []}})), 'moved');
  assert.equal(isProblem(entry({error: '', why_rejected: '', response: {status: 200}, findings: [{}]})), true);
  assert.equal(isProblem(entry({error: '', why_rejected: '', response: {status: 200}})), false);
});

test('a jump of the clock is what goes beyond real time', () => {
  assert.equal(clockJump({time: 0, virtual_time: 0}, {time: 5e6, virtual_time: 3605e6}), 'clock +1 h');
  assert.equal(clockJump({time: 0, virtual_time: 0}, {time: 600e6, virtual_time: 600e6}), '');
});

test('times and spans', () => {
  assert.equal(dateTime(0), '1970-01-01 00:00:00');
  assert.equal(preciseTime(1_500_000), '1970-01-01 00:00:01.500');
  assert.deepEqual([0, 59, 60, 3661, 90061].map(span), ['0 s', '59 s', '1 min', '1 h 1 min', '1 d 1 h']);
  assert.deepEqual([10, 2000, 2.5e6].map(took), ['< 1 ms', '2 ms', '2.5 s']);
});

test('curl quotes what a shell would eat and leaves out what curl makes', () => {
  const curl = asCurl(entry({request: {method: 'POST', target: "/s/a/t?x='1'", headers: [['Host', 'h'], ['X-A', "it's"]], body: "a='b'"}}), 'https://127.0.0.1:1/s/a');
  assert.equal(curl, "curl -i -X POST 'https://127.0.0.1:1/s/a/t?x='\\''1'\\''' \\\n  --cacert ca.pem \\\n  -H 'X-A: it'\\''s' \\\n  --data-binary 'a='\\''b'\\'''\n");
  assert.match(asCurl(entry({request: {method: 'POST', target: '/t', headers: [], body: 'code=[redacted:code-1]'}}), 'http://h/'), /^# Put real values/);
});

test('a scenario from a refusal repeats the reply', () => {
  const yaml = asScenario(entry());
  assert.match(yaml, /id: recorded\/token-400-1\n/);
  assert.match(yaml, /- on: \{"endpoint":"token","grant":"refresh_token"\}\n {6}times: 1/);
  assert.match(yaml, /"http_status":\{"status":400/);
  assert.match(yaml, /needs: \["refresh:manual"\]/);
  const acted = asScenario(entry({rule: 'r'}), {id: 'r', on: {endpoint: 'api'}, then: [{hang: {}}], seen: 1, from: 'admin'});
  assert.match(acted, /- \{"hang":\{\}\}/);
  assert.doesNotMatch(acted, /"seen"|"from"/);
});

test('events arrive in pieces', () => {
  const reader = new EventReader();
  assert.deepEqual(reader.push('retry: 1000\n\n: still here\n\nid: 4\nev'), []);
  assert.deepEqual(reader.push('ent: reply\ndata: {"a":\ndata: 1}\n\n'), [{id: '4', type: 'reply', data: '{"a":\n1}'}]);
});

test('the store keeps order, takes the finished entry, and is bounded', () => {
  const store = new Store({});
  store.add(entry({sequence: 2}));
  store.add(entry({sequence: 1}));
  store.add(entry({sequence: 2, state: 'open'}));
  assert.deepEqual(store.entries.map((one) => [one.sequence, one.state]), [[1, 'answered'], [2, 'answered']]);
  store.pause(true);
  store.add(entry({sequence: 3}));
  assert.equal(store.visible.length, 2);
  assert.equal(store.waiting, 1);
  store.pause(false);
  store.setFilter({text: 'RT-1 invalid', endpoints: ['token'], problems: true});
  assert.equal(store.visible.length, 3);
  for (let i = 4; i <= kCapacity + 10; ++i) store.add(entry({sequence: i}));
  assert.equal(store.entries.length, kCapacity);
  assert.equal(store.first, 11);
  assert.equal(store.find(1), undefined);
});

test('after a lost connection the same journal goes on, another one does not', async () => {
  const answers = {requests: [], evicted: 0};
  const store = new Store({get: async () => answers});
  store.add(entry({sequence: 5, time: 100}));
  answers.requests = [entry({sequence: 5, time: 100}), entry({sequence: 6})];
  assert.equal(await store.catchUp(), true);
  assert.equal(store.last, 6);
  answers.requests = [entry({sequence: 6, time: 999})];
  assert.equal(await store.catchUp(), false);
});
