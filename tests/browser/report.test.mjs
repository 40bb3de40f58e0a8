// The runner's html report, opened from the disk as people open it: no error, nothing leaves, the
// problems, the flow as a filter, links, the drawing, keyboard, both schemes, three widths, paper,
// and without script.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {assertAccessible, closePage, kPicture, openBrowser, openPage, screenshot} from './support.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const runner = process.env.AWEBER_CONFORMANCE ?? path.join(root, 'build/release/bin/aweber-conformance');
const sample = existsSync('/usr/lib/python3/dist-packages/requests_oauthlib');
let browser, folder, url, good, whole;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'report-test-'));
  const file = path.join(folder, 'report.html');
  // A client that does some things wrong, so that there is something to see.
  const driver = sample ? '/usr/bin/python3 examples/adapters/requests_oauthlib/driver.py'
                        : '/usr/bin/python3 tests/testdata/drivers/hostile.py twice';
  const done = spawnSync(runner, ['run', 'callback/s*', 'token/basic*', 'refresh/ro*', '--seed', '7', '--driver', driver,
    '--report', `html=${file}`, '--report', `json=${path.join(folder, 'r.json')}`, '--report', `sarif=${path.join(folder, 'r.sarif')}`], {cwd: root, encoding: 'utf8'});
  assert.ok(existsSync(file), done.stdout + done.stderr);
  whole = JSON.parse(readFileSync(path.join(folder, 'r.json'), 'utf8'));
  url = pathToFileURL(file).href;
  const passes = path.join(folder, 'good.html');
  const passed = spawnSync(runner, ['run', 'callback/s*', 'token/basic*', '--driver', 'reference', '--seed', '7',
    '--report', `html=${passes}`], {cwd: root, encoding: 'utf8'});
  assert.equal(passed.status, 0, passed.stdout + passed.stderr);
  good = pathToFileURL(passes).href;
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  rmSync(folder, {recursive: true, force: true});
});

const shown = (page) => page.locator('.case:visible').count();

test('the page says what the run says, and the filter works', async () => {
  const page = await openPage(browser);
  await page.goto(url);
  assert.equal(await shown(page), whole.cases.length);
  const totals = await page.locator('.totals').innerText();
  for (const [name, count] of Object.entries(whole.summary)) {
    if (count > 0) assert.ok(totals.includes(`${count} ${name}`), `${totals}: ${count} ${name}`);
  }
  await page.getByRole('checkbox', {name: /^pass/}).uncheck();
  assert.equal(await shown(page), whole.cases.length - whole.summary.pass);
  await page.getByRole('searchbox', {name: 'Find'}).fill('no such words at all');
  assert.equal(await shown(page), 0);
  await page.getByText(`0 of ${whole.cases.length} shown`).waitFor();
  await closePage(page);
});

test('a failure shows its checks, its drawing and its evidence', {skip: !sample}, async () => {
  const page = await openPage(browser);
  await page.goto(url);
  const open = page.locator('.case[open]');
  assert.equal(await open.count(), 1, 'the first failure stands open');
  await open.locator('.diagram svg').waitFor();
  assert.ok(await open.locator('.diagram .arrow').count() > 3);
  assert.ok(await open.locator('.diagram .marked').count() > 0, 'evidence is marked in the drawing');
  await open.getByText('How to fix').first().waitFor();
  await open.getByRole('link', {name: /^request #/}).first().click();
  const evidence = open.locator('.exchange.evidence[open]');
  await evidence.getByText('Request', {exact: true}).waitFor();
  assert.equal((await open.innerText()).includes('reproduce'), false);
  await open.getByText('Run it again').waitFor();
  await screenshot(page, 'report-case', {fullPage: false});
  await closePage(page);
});

test('an arrow of the drawing leads to its request', async () => {
  const page = await openPage(browser);
  await page.goto(url);
  const drawn = page.locator('.case', {has: page.locator('.diagram a')}).first();
  if (!(await drawn.evaluate((one) => one.open))) await drawn.locator('summary').first().click();
  await drawn.locator('.diagram a').first().click();
  const target = await page.evaluate(() => decodeURIComponent(location.hash.slice(1)));
  assert.ok(await page.locator(`[id="${target}"]`).isVisible(), target);
  await closePage(page);
});

test('problems come first, and each leads to its example', {skip: !sample}, async () => {
  const page = await openPage(browser);
  await page.goto(url);
  assert.equal(await page.locator('.problem').count(), whole.problems.length);
  const first = page.locator('.problem').first();
  await first.getByText(whole.problems[0].title).waitFor();
  const top = async (locator) => (await locator.boundingBox()).y;
  assert.ok(await top(first) < await top(page.locator('.flow')), 'problems before the flow');
  assert.ok(await top(page.locator('.flow')) < await top(page.locator('.case').first()), 'the flow before cases');
  // By keyboard: the link has the focus and Enter follows it.
  await first.getByRole('link', {name: whole.problems[0].example}).focus();
  await page.keyboard.press('Enter');
  const example = page.locator(`[id="${whole.problems[0].example}"]`);
  assert.equal(await example.evaluate((one) => one.open), true, 'the example opens');
  await example.getByRole('link', {name: whole.problems[0].title}).click();
  assert.equal(await page.evaluate(() => location.hash), `#problem-${whole.problems[0].id.replace(/[^a-z0-9]/gi, '-')}`);
  await closePage(page);
});

test('a step of the flow filters the cases, again shows all', async () => {
  const page = await openPage(browser);
  await page.goto(url);
  const step = page.locator('.flow a[data-step=refresh]');
  await step.focus();
  await page.keyboard.press('Enter');
  const refreshing = whole.cases.filter((one) => one.id.startsWith('refresh/')).length;
  assert.equal(await shown(page), refreshing);
  assert.equal(await step.getAttribute('aria-current'), 'true');
  await page.getByText(`${refreshing} of ${whole.cases.length} shown: refresh`).waitFor();
  await page.locator('.flow a[data-step=callback]').click();
  assert.equal(await shown(page), whole.cases.filter((one) => one.id.startsWith('callback/')).length);
  await page.locator('.flow a[data-step=callback]').click();
  assert.equal(await shown(page), whole.cases.length);
  await closePage(page);
});

test('a link to a case or a problem opens it', {skip: !sample}, async () => {
  const page = await openPage(browser);
  const problem = whole.problems.at(-1);
  await page.goto(`${url}#${problem.example}`);
  assert.equal(await page.locator(`[id="${problem.example}"]`).evaluate((one) => one.open), true);
  await page.goto(`${url}#problem-${problem.id.replace(/[^a-z0-9]/gi, '-')}`);
  assert.ok(await page.locator('.problem').last().isVisible());
  await closePage(page);
});

// The schema as it was published, from a package that carries it; the standard's own form of 2.1.0.
test('the sarif report is valid, and one that is not is refused', async () => {
  const require = createRequire(import.meta.url);
  const schema = require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  delete schema.$schema; // draft 4, of which it uses what later drafts have too
  const valid = new (require('ajv'))({unknownFormats: 'ignore', schemaId: 'auto', logger: false}).compile(schema);
  const sarif = JSON.parse(readFileSync(path.join(folder, 'r.sarif'), 'utf8'));
  assert.ok(valid(sarif), JSON.stringify(valid.errors));
  assert.equal(sarif.runs[0].results.length, whole.problems.length);
  sarif.runs[0].results[0].level = 'fatal';
  assert.equal(valid(sarif), false);
});

test('small, and fit for paper', async () => {
  assert.ok(statSync(fileURLToPath(url)).size < 400_000);
  const page = await openPage(browser);
  await page.goto(url);
  await page.emulateMedia({media: 'print'});
  assert.equal(await page.locator('#filters').isVisible(), false);
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(ground, 'rgb(255, 255, 255)');
  await closePage(page);
});

test('a client that passes has no problems', async () => {
  const page = await openPage(browser);
  await page.goto(good);
  await page.getByRole('heading', {name: 'No problems'}).waitFor();
  assert.equal(await page.locator('.problem').count(), 0);
  await closePage(page);
});

// A client that fails and one that passes, at three widths, in both schemes. The documentation shows
// some of them; KEEP_PICTURES=DIR keeps them all.
const kWidths = {wide: kPicture, middle: {width: 800, height: 900}, narrow: {width: 380, height: 800}};
const kShown = {'fails wide light': 'report', 'fails narrow dark': 'report-narrow-dark', 'passes middle light': 'report-passes'};

for (const client of ['fails', 'passes']) {
  for (const [width, viewport] of Object.entries(kWidths)) {
    for (const colorScheme of ['light', 'dark']) {
      const name = `${client} ${width} ${colorScheme}`;
      test(`accessible: ${name}`, async () => {
        const page = await openPage(browser, {viewport, colorScheme});
        await page.goto(client === 'fails' ? url : good);
        await assertAccessible(page, name);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(wide <= 0, `the page is ${wide} pixels wider than the window`);
        if (kShown[name]) await screenshot(page, kShown[name], {fullPage: false});
        const keep = process.env.KEEP_PICTURES;
        if (keep) await page.screenshot({path: path.join(keep, `report ${name}.png`), animations: 'disabled'});
        await closePage(page);
      });
    }
  }
}

test('readable without script', async () => {
  const page = await openPage(browser, {javaScriptEnabled: false});
  await page.goto(url);
  assert.equal(await page.locator('.case').count(), whole.cases.length);
  assert.equal(await page.locator('#filters').isVisible(), false, 'what needs script is not there');
  await page.locator('.case').last().locator('summary').first().click();
  assert.ok(await page.locator('.case').last().locator('.body').isVisible());
  await closePage(page);
});
