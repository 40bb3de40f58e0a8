// The whole expiry story as QA lives it: connect, see the token, jump past its expiry, watch the 401
// and the refresh. All of it is clicked, in the application and in the console.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {App, Server, assertAccessible, closePage, kCustomer, kPicture, logIn, openBrowser, openConsole, openPage, rowsOf, screenshot, stopAll} from './support.mjs';

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

test('connect, token, jump, 401, refresh', async () => {
  const board = await openConsole(browser, server, {viewport: kPicture});
  const customer = await openPage(browser);
  await customer.goto(app.url);
  await customer.getByRole('link', {name: 'Click to connect to AWeber'}).click();
  await logIn(customer, kCustomer);
  await customer.getByRole('heading', {name: 'Connected'}).waitFor();
  await customer.getByRole('link', {name: 'See my accounts'}).click();
  await customer.getByRole('heading', {name: 'Your accounts'}).waitFor();

  const row = (text) => rowsOf(board).filter({hasText: text});
  await row('exchange code-1 → at-1 + rt-1').waitFor();
  await row('with at-1 (live)').waitFor();
  const clock = board.getByRole('region', {name: 'Clock'});
  await clock.getByText('at-1').waitFor();

  // The token is there, alive, and its family is drawn.
  await board.getByRole('tab', {name: 'Tokens'}).click();
  const token = (label) => board.locator(`[data-token="${label}"]`);
  await token('at-1').getByText('live', {exact: true}).waitFor();
  assert.match(await token('at-1').innerText(), /59 min|1 h/);

  const before = await board.locator('#now').getAttribute('datetime');
  await clock.getByRole('button', {name: '+1 min'}).click();
  await board.getByText(/Nothing expired/).first().waitFor();
  // The code's own lifetime ended with its use; what expires next is the access token.
  await clock.getByRole('button', {name: 'To next expiry'}).click();
  await board.getByText(/Expired: access token at-1/).first().waitFor();
  const moved = (Date.parse(await board.locator('#now').getAttribute('datetime')) - Date.parse(before)) / 1000;
  assert.ok(moved >= 3540 && moved <= 3661, `the clock moved by ${moved} s`);
  await token('at-1').getByText('expired', {exact: true}).waitFor();

  // The application meets the 401 and refreshes: the customer sees nothing of it.
  await customer.getByRole('link', {name: 'See my accounts'}).click();
  await customer.getByText('401, 200, 200').waitFor();
  await token('at-2').getByText('live', {exact: true}).waitFor();
  await token('rt-1').getByText('used', {exact: true}).waitFor();
  assert.match(await token('at-2').innerText(), /from rt-1/);
  await assertAccessible(board, 'tokens');
  await screenshot(board, 'tokens');

  await board.getByRole('tab', {name: 'Requests'}).click();
  await row('401').click();
  const exchange = board.getByRole('article', {name: 'Exchange'});
  await exchange.getByText('Why it was rejected').waitFor();
  assert.match(await exchange.innerText(), /at-1[^]*expired/);
  await assertAccessible(board, 'requests');
  await screenshot(board, 'requests');
  await row('refresh rt-1 → at-2 + rt-2').waitFor();

  await board.getByRole('tab', {name: 'Sequence'}).click();
  await board.locator('.clock-band').getByText(/clock \+5\d min|clock \+1 h/).waitFor();
  await board.getByRole('button', {name: /GET .*accounts.*Application to API/}).first().waitFor();
  await assertAccessible(board, 'sequence');
  await screenshot(board, 'sequence');

  await closePage(customer);
  await closePage(board);
});
