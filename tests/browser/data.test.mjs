// The customers' data in the console: looked at as a tree, changed by hand, and told to webhooks.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import http from 'node:http';
import {after, before, beforeEach, test} from 'node:test';
import {Server, assertAccessible, closePage, kPicture, openBrowser, openConsole, screenshot, stopAll} from './support.mjs';
import {asText, columnsOf, fromText, kindOf} from '../../mockserver/console/data_shape.js';

const kList = '/data/1000001/2000001';
let server, browser, page;
before(async () => {
  server = await Server.start();
  browser = await openBrowser();
});
beforeEach(async () => { await server.api('POST', '/reset'); });
after(async () => {
  await browser?.close();
  await stopAll();
});

async function openData(options) {
  page = await openConsole(browser, server, options);
  await page.getByRole('tab', {name: 'Data'}).click();
  await page.getByRole('navigation', {name: 'Accounts and lists'}).waitFor();
}
const part = (name, list = 0) => page.getByRole('navigation', {name: 'Accounts and lists'}).getByRole('button', {name}).nth(list);
const dialog = () => page.getByRole('dialog');
const row = async (email) => (await server.api('GET', `${kList}/subscribers?text=${encodeURIComponent(email)}`)).rows[0];

test('a member becomes text and a member again', () => {
  const members = [['flag', {type: 'boolean'}], ['choice', {enum: ['a']}], ['number', {type: 'integer'}], ['text', {type: 'string'}],
    ['texts', {type: 'array', items: {type: 'string'}}], ['json', {type: 'object'}], ['json', {type: 'array', items: {type: 'integer'}}]];
  for (const [kind, schema] of members) assert.equal(kindOf(schema), kind);
  assert.equal(kindOf({type: 'string'}, 'body_html'), 'long');
  for (const [kind, value] of [['number', 7], ['text', 'x'], ['texts', ['a', 'b']], ['json', {a: [1]}], ['long', ' <p> ']]) {
    assert.deepEqual(fromText(kind, asText(kind, value)), value);
    assert.equal(fromText(kind, ''), undefined);
    assert.equal(asText(kind, undefined), '');
  }
  assert.throws(() => fromText('json', '{'));
  assert.deepEqual(columnsOf('segments', {properties: {id: {type: 'integer'}, name: {type: 'string'}, results: {type: 'object'}}}), ['name', 'id']);
});

test('the tree leads to every part, and its rows are paged and found by their text', async () => {
  await openData({viewport: kPicture});
  await page.getByRole('cell', {name: 'reader1@example.com'}).waitFor();
  await part('Subscribers', 1).click();
  await page.getByText('1–50 of 1000').waitFor();
  await page.getByRole('button', {name: 'After'}).click();
  await page.getByText('51–100 of 1000').waitFor();
  await page.getByRole('cell', {name: 'person51@example.net'}).waitFor();
  await page.getByRole('searchbox', {name: 'Search Subscribers'}).fill('person77@');
  await page.getByText('1–1 of 1').waitFor();
  assert.equal(await page.getByRole('cell', {name: 'person77@example.net'}).count(), 1);
  await page.getByRole('searchbox', {name: 'Search Subscribers'}).fill('nobody has this');
  await page.getByText('Nothing has this text.').waitFor();
  for (const name of ['Broadcasts', 'Follow ups', 'Custom fields', 'Segments', 'Web forms', 'Split tests', 'Landing pages']) {
    await part(name).click();
    await page.getByRole('table', {name}).waitFor();
  }
  await part('Purchases').click();
  await page.getByText('Nothing here yet.').waitFor();
  await part('Subscribers').click();
  await page.getByRole('cell', {name: 'reader1@example.com'}).waitFor();
  await assertAccessible(page, 'the data view');
  await screenshot(page, 'data');
  await closePage(page);
});

test('a row is changed, added and removed by hand; what is wrong is said at its member', async () => {
  await openData({viewport: kPicture});
  await page.getByRole('button', {name: 'reader1@example.com'}).click();
  await dialog().getByLabel('name', {exact: true}).fill('Ada Adams');
  await dialog().getByLabel(/^tags/).fill('vip, late');
  await dialog().getByLabel(/^custom_fields/).fill('{"color": "red"}');
  await assertAccessible(page, 'the form of a row');
  await screenshot(page, 'data-row');
  await dialog().getByRole('button', {name: 'Save'}).click();
  await page.getByRole('cell', {name: 'Ada Adams'}).waitFor();
  let ada = await row('reader1@');
  assert.deepEqual([ada.name, ada.tags, ada.custom_fields], ['Ada Adams', ['vip', 'late'], {color: 'red'}]);

  page.expected.push(/400/);
  await page.getByRole('button', {name: 'Add…'}).click();
  await dialog().getByLabel('email', {exact: true}).fill('reader1@example.com');
  await dialog().getByLabel('subscribed_at', {exact: true}).fill('soon');
  await dialog().getByRole('button', {name: 'Save'}).click();
  await dialog().getByText(/must be a date/).waitFor();
  assert.equal(await dialog().getByLabel('subscribed_at', {exact: true}).getAttribute('aria-invalid'), 'true');
  await dialog().getByLabel('subscribed_at', {exact: true}).fill('-2d');
  await dialog().getByLabel(/^custom_fields/).fill('{broken');
  await dialog().getByRole('button', {name: 'Save'}).click();
  await dialog().getByText('This is no JSON.').waitFor();
  await dialog().getByLabel(/^custom_fields/).fill('');
  await dialog().getByRole('button', {name: 'Save'}).click();
  await page.locator('#toast.bad').getByText(/another subscriber with the email reader1@example.com/).waitFor();
  await dialog().getByLabel('email', {exact: true}).fill('new@example.com');
  await dialog().getByRole('button', {name: 'Save'}).click();
  await page.getByRole('cell', {name: 'new@example.com'}).waitFor();

  await page.getByRole('button', {name: 'new@example.com'}).click();
  await dialog().getByRole('button', {name: 'Remove'}).click();
  await page.getByRole('cell', {name: 'new@example.com'}).waitFor({state: 'detached'});
  assert.equal(await row('new@'), undefined);
  await closePage(page);
});

test('what others change is seen: by the admin API, and as the clock passes', async () => {
  await openData();
  await part('Broadcasts').click();
  await page.getByRole('row', {name: /Issue 2 scheduled/}).waitFor();
  await server.api('POST', `${kList}/broadcasts`, {subject: 'By a program'});
  await page.getByRole('cell', {name: 'By a program'}).waitFor();
  await server.api('POST', '/clock/advance', {by: '2d'});
  await page.getByRole('row', {name: /Issue 2 sent/}).waitFor();
  await closePage(page);
});

test('a change by hand is told to a webhook, whose delivery is sent again by a click', async () => {
  const got = [];
  const consumer = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    got.push({id: request.headers['aweber-delivery-id'], events: JSON.parse(Buffer.concat(chunks)).data.map((one) => one.event)});
    response.writeHead(204).end();
  });
  consumer.listen(0, '127.0.0.1');
  await once(consumer, 'listening');
  await openData({viewport: kPicture});
  const webhooks = page.getByRole('region', {name: 'Webhooks'});
  await webhooks.getByText('0 subscribed, 0 sent').click();
  await webhooks.getByLabel('Your webhook URL').fill(`http://127.0.0.1:${consumer.address().port}/hook`);
  await webhooks.getByRole('button', {name: 'Subscribe'}).click();
  await webhooks.getByText('1 subscribed, 0 sent').waitFor();

  await page.getByRole('button', {name: 'reader2@example.com'}).click();
  await dialog().getByLabel('status', {exact: true}).selectOption('unsubscribed');
  await dialog().getByRole('button', {name: 'Save'}).click();
  await webhooks.getByText('unsubscribed reader2@example.com').waitFor();
  assert.deepEqual(got.map((one) => one.events), [['subscriber.unsubscribed']]);
  await webhooks.getByRole('button', {name: /^send again/}).click();
  await page.locator('#toast').getByText('Sent again.').waitFor();
  for (let i = 0; got.length < 2 && i < 100; ++i) await page.waitForTimeout(20);
  assert.deepEqual(got[1], got[0]);

  await webhooks.getByLabel('Wrong with the next one:').selectOption('forged_signature');
  await page.locator('#toast').getByText(/forged_signature/).waitFor();
  assert.equal((await server.api('GET', '/webhooks')).webhooks[0].fault, 'forged_signature');
  await webhooks.scrollIntoViewIfNeeded();
  await assertAccessible(page, 'webhooks');
  await screenshot(page, 'webhooks');
  await webhooks.getByRole('button', {name: /^unsubscribe/}).click();
  await webhooks.getByText(/^0 subscribed/).waitFor();
  await closePage(page);
  consumer.close();
});

test('a phone has the data, too', async () => {
  await openData({viewport: {width: 380, height: 700}});
  await page.getByRole('cell', {name: 'reader1@example.com'}).waitFor();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'nothing sticks out');
  await assertAccessible(page, 'the data view at 380 px');
  await closePage(page);
});
