/** The worked example in test/next: built, run as in production, and used in Chromium. */

import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright-core';

import { PASSWORD } from './people.js';
import { startServer, type Server } from './server.js';

const APPLICATION = fileURLToPath(new URL('../test/next', import.meta.url));
const ENVIRONMENT = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };
const SLOW = 60_000;

let api: Server;
let next: ChildProcess;
let browser: Browser;
let address: string;

const run = (script: string) => promisify(execFile)('npm', ['run', script], { cwd: APPLICATION, env: ENVIRONMENT });

/** Where Next.js answers, with the API behind it. */
async function startNext(): Promise<string> {
  const server = spawn(process.execPath, ['node_modules/next/dist/bin/next', 'start', '--port', '0'], {
    cwd: APPLICATION,
    env: { ...ENVIRONMENT, LOGBOOK_URL: api.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  next = server;
  process.once('exit', () => server.kill());
  for await (const line of createInterface(server.stdout)) {
    const url = /http:\S+/.exec(line)?.[0];
    if (url) {
      server.stdout.resume();
      return url;
    }
  }
  throw new Error('Next.js did not start.');
}

before(async () => {
  for (const written of ['actions', 'auth']) rmSync(join(APPLICATION, 'lib', written), { recursive: true, force: true });
  await run('actions');
  await run('build');
  api = await startServer();
  address = await startNext();
  browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium' });
});

after(async () => {
  await browser?.close();
  next?.kill();
  await api?.stop();
});

/** A browser of one's own, at the page where people sign in. */
async function visit(): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(SLOW);
  await page.goto(address);
  return page;
}

async function signIn(page: Page, person: string, password = PASSWORD) {
  await page.getByLabel('E-mail address').fill(`${person}@example.com`);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function add(page: Page, name: string) {
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Add' }).click();
}

const location = (page: Page, name: string) => page.getByRole('cell', { name, exact: true });

describe('the example application', () => {
  test('sends strangers to the sign-in page', async () => {
    const page = await visit();
    assert.equal(page.url(), `${address}/sign-in`);
  });

  test('says why it did not sign somebody in', async () => {
    const page = await visit();
    await signIn(page, 'admin', 'a-wrong-password');
    await page.getByText('Wrong name or password.').waitFor();
    assert.deepEqual(await page.context().cookies(), []);
  });

  test('lists what the API has', async () => {
    const page = await visit();
    await signIn(page, 'admin');
    await location(page, 'Bay Shore Marina').waitFor();
  });

  test("shows the API's refusal in place of a list", async () => {
    const page = await visit();
    await signIn(page, 'guard');
    await page.getByText('This takes the role ADMIN or a higher one.').waitFor();
  });

  test("renews the list after a change, with no request but the action's own", async () => {
    const page = await visit();
    await signIn(page, 'admin');
    await location(page, 'Bay Shore Marina').waitFor();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(`${request.method()} ${request.url()}`));
    await add(page, 'Bergen Point');
    await location(page, 'Bergen Point').waitFor();
    await page.getByText('Bergen Point was added.').waitFor();
    assert.deepEqual(requests, [`POST ${address}/`]);
  });

  test('shows why a change was refused, and keeps what was typed', async () => {
    const page = await visit();
    await signIn(page, 'admin');
    await add(page, 'bay shore marina');
    await page.getByText('Another location has this name.').waitFor();
    assert.equal(await page.getByLabel('Name').inputValue(), 'bay shore marina');
  });

  test('forgets the token of the person who signs out', async () => {
    const page = await visit();
    await signIn(page, 'admin');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Password').waitFor();
    assert.deepEqual(await page.context().cookies(), []);
  });

  test('hides the token from scripts, and the API from the browser', async () => {
    const page = await visit();
    const origins = new Set<string>();
    const answers: string[] = [];
    await page.route('**', async (route) => {
      const answer = await route.fetch();
      origins.add(new URL(answer.url()).origin);
      answers.push(await answer.text());
      await route.fulfill({ response: answer });
    });
    await signIn(page, 'admin');
    await add(page, 'Timber Point');
    await location(page, 'Timber Point').waitFor();
    await page.reload();
    answers.push(await page.evaluate(() => JSON.stringify([document.cookie, localStorage, sessionStorage])));

    const token = (await page.context().cookies()).find(({ name }) => name === 'token');
    assert.ok(token?.httpOnly && token.secure);
    assert.ok(answers.some((text) => text.includes('Timber Point')));
    assert.ok(!answers.some((text) => text.includes(token.value)));
    assert.deepEqual([...origins], [address]);
  });
});
