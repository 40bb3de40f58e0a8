// A tour of AWeber's API with nothing but Node's own fetch. AWeber's address is built in; the access
// token comes from the environment: ACCESS_TOKEN=... node tour.mjs
import { randomUUID } from 'node:crypto';
import assert from 'node:assert/strict';

const BASE = 'https://api.aweber.com/1.0/';
const TOKEN = process.env.ACCESS_TOKEN;

async function call(method, url, expected, { json, form } = {}) {
  const headers = { authorization: `Bearer ${TOKEN}`, accept: 'application/json' };
  if (json) headers['content-type'] = 'application/json';
  const body = json ? JSON.stringify(json) : form && new URLSearchParams(form);
  const response = await fetch(url, { method, headers, body });
  const text = await response.text();
  if (response.status !== expected) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return { place: response.headers.get('location'), body: text ? JSON.parse(text) : null };
}
const get = async (url) => (await call('GET', url, 200)).body;

async function collection(url) {
  const entries = [];
  while (url) {
    const page = await get(url);
    entries.push(...page.entries);
    url = page.next_collection_link;
  }
  return entries;
}

const [account] = await collection(`${BASE}accounts`);
const [here, there] = await collection(account.lists_collection_link);
console.log(`lists: ${here.name}, ${there.name}`);

const email = `tour-${randomUUID().slice(0, 8)}@example.com`;
const { place: added } = await call('POST', here.subscribers_collection_link, 201, {
  json: { email, name: 'Node', tags: ['tour'] },
});
const query = new URLSearchParams({ 'ws.op': 'findSubscribers', email });
const found = await collection(`${account.self_link}?${query}`);
assert.deepEqual(found.map((one) => one.self_link), [added]);
const { body: changed } = await call('PATCH', added, 209, {
  json: { name: 'Node.js', tags: { add: ['changed'], remove: ['tour'] } },
});
assert.deepEqual(changed.tags, ['changed']);
assert.ok((await get(`${here.self_link}/tags`)).includes('changed'));
const { place: moved } = await call('POST', added, 201, {
  json: { 'ws.op': 'move', list_link: there.self_link },
});
await call('PATCH', moved, 209, { json: { status: 'unsubscribed' } });
console.log(`subscriber: ${(await get(moved)).unsubscribe_method}`);

const { place: field } = await call('POST', here.custom_fields_collection_link, 201, {
  json: { 'ws.op': 'create', name: 'tour' },
});
await call('PATCH', field, 209, { json: { name: 'tour field' } });
await call('DELETE', field, 200);
console.log(`segments: ${(await collection(here.segments_collection_link)).length}`);

const { body: draft } = await call('POST', `${there.self_link}/broadcasts`, 200, {
  form: { subject: 'Node tour', body_html: '<a href="https://www.example.com/js">read</a>' },
});
const at = process.env.TOUR_NOW ?? new Date().toISOString();
await call('POST', `${draft.self_link}/schedule`, 200, { form: { scheduled_for: at } });
const sent = await get(draft.self_link);
console.log(`broadcast: ${sent.status} to ${sent.stats.num_emailed}`);

const campaign = (await collection(there.campaigns_collection_link))
  .filter((one) => one.campaign_type === 'b').at(-1);
const statistics = Object.fromEntries(
  (await collection(campaign.stats_collection_link)).map(({ id, value }) => [id, value]));
const older = await get(`${there.self_link}/broadcasts/${campaign.id}`);
assert.equal((await collection(older.opens_collection_link)).length, statistics.unique_opens);
assert.equal((await collection(older.clicks_collection_link)).length, statistics.unique_clicks);
console.log(`statistics: ${statistics.unique_opens} opens, ${statistics.unique_clicks} clicks`);

for (const page of await collection(here.landing_pages_collection_link)) {
  console.log(`landing page: ${(await get(page.self_link)).name}`);
}
console.log(`web forms: ${(await collection(`${account.self_link}?ws.op=getWebForms`)).length}`);
console.log(`integrations: ${(await collection(account.integrations_collection_link)).length}`);
const { place: bought } = await call('POST', `${here.self_link}/purchases`, 202, {
  json: {
    email, ip_address: '203.0.113.7', vendor: 'Shop', product_name: 'Book', event_note: '',
    currency: 'USD', value: 9.5, event_time: new Date().toISOString(),
    url: 'https://www.example.com/1',
  },
});
await get(bought);
console.log('tour: done');
