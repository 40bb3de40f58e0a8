// The HAR that the mock writes, in the network panel of a real browser's developer tools.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {Server, kClient, kOutOfBand, kSecret, openBrowser, stopAll} from './support.mjs';

let server, browser;
before(async () => {
  server = await Server.start();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await stopAll();
});

// As "Import HAR file" does it: the panel reads a file.
async function openInNetworkPanel(har) {
  const page = await browser.newPage({viewport: {width: 1300, height: 700}});
  page.setDefaultTimeout(30_000);  // the developer tools are a large program
  await page.goto('devtools://devtools/bundled/devtools_app.html?panel=network');
  await page.getByRole('tab', {name: 'Network', exact: true}).waitFor();
  await page.evaluate(async (text) => {
    const folder = 'devtools://devtools/bundled';
    const {ViewManager} = await import(`${folder}/ui/legacy/legacy.js`);
    await ViewManager.ViewManager.instance().showView('network');
    const {NetworkPanel} = await import(`${folder}/panels/network/network.js`);
    await NetworkPanel.NetworkPanel.instance().networkLogView.onLoadFromFile(new File([text], 'mock.har'));
  }, har);
  return page;
}

test('a HAR of the mock opens in the network panel', async () => {
  const basic = `Basic ${btoa(`${kClient}:${kSecret}`)}`;
  const form = 'grant_type=authorization_code&code=never-issued';
  await fetch(`${server.base}/oauth2/token`, {method: 'POST', body: form,
    headers: {Authorization: basic, 'Content-Type': 'application/x-www-form-urlencoded'}});
  await fetch(`${server.base}/oauth2/authorize?${new URLSearchParams({response_type: 'code', client_id: kClient,
    redirect_uri: kOutOfBand, scope: 'account.read', state: 's'})}`);
  await fetch(`${server.base}/1.0/accounts`, {headers: {Authorization: 'Bearer never-issued'}});
  const har = await (await fetch(`${server.admin}/api/v1/requests.har`)).text();

  const page = await openInNetworkPanel(har);
  const rows = page.locator('.network-log-grid tbody tr.data-grid-data-grid-node');
  await rows.nth(2).waitFor();
  const said = (await rows.allInnerTexts()).map((row) => row.split(/\s+/));
  assert.deepEqual(said.map(([name, status]) => [name.split('?')[0], status]),
    [['token', '400'], ['authorize', '200'], ['accounts', '401']]);

  await rows.first().locator('td').first().click();  // the name opens the side panel
  await page.getByRole('tab', {name: 'Payload', exact: true}).click();
  await page.getByText('authorization_code', {exact: true}).waitFor();
  await page.getByRole('tab', {name: 'Response', exact: true}).click();
  await page.getByText('invalid_request').first().waitFor();
});
