/** What every call has in common, with answers that no server of ours gives on demand. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, mock, test, type TestContext } from 'node:test';

import { configure, type ActionResult, type Failure } from 'marina-guard-logbook-client';
import { signIn } from 'marina-guard-logbook-client/auth';
import { getFleetInShop } from 'marina-guard-logbook-client/fleet';
import { getAllLocations } from 'marina-guard-logbook-client/locations';
import { getLogsByLocation, getTotalLogsCount } from 'marina-guard-logbook-client/logs';

const settings = { baseUrl: 'http://logbook.test', token: () => 'a-token' };

beforeEach(() => configure(settings));
afterEach(() => mock.restoreAll());

/** Let requests be answered by this; it keeps them. */
function answering(answer: (request: Request) => Response) {
  const requests: Request[] = [];
  mock.method(globalThis, 'fetch', async (request: Request) => {
    requests.push(request);
    return answer(request);
  });
  return requests;
}

/** The address of a server that answers so, until the test ends. */
async function listening(test: TestContext, listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  test.after(() => server.close().closeAllConnections());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const json = (body: unknown, headers: Record<string, string> = {}, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } });

function data<T>(result: ActionResult<T>): T {
  assert.ok(result.ok, JSON.stringify(result));
  return result.data;
}

function failure(result: ActionResult<unknown>): Failure {
  assert.ok(!result.ok);
  return result;
}

describe('a request', () => {
  test('carries the token, which may be on its way, and is never cached', async () => {
    configure({ ...settings, token: async () => 'a-late-token' });
    const fetched = mock.method(globalThis, 'fetch', async () => json(7));
    assert.equal(data(await getTotalLogsCount()), 7);
    const [request, init] = fetched.mock.calls[0]!.arguments as [Request, RequestInit];
    assert.equal(request.url, 'http://logbook.test/api/v1/logs/count');
    assert.equal(request.headers.get('Authorization'), 'Bearer a-late-token');
    assert.equal(init.cache, 'no-store');
  });

  test('carries no token if nobody is signed in', async () => {
    configure({ ...settings, token: () => null });
    const requests = answering(() => json(7));
    await getTotalLogsCount();
    assert.equal(requests[0]!.headers.get('Authorization'), null);
  });

  test('to sign in asks for no token', async () => {
    const token = mock.fn(() => 'a-token');
    configure({ ...settings, token });
    const requests = answering(() => json({}));
    await signIn({ username: 'robin@example.com', password: 'ä&b' });
    assert.equal(token.mock.callCount(), 0);
    assert.equal(await requests[0]!.text(), 'username=robin%40example.com&password=%C3%A4%26b');
  });

  test('carries the address of the person it is made for', async () => {
    configure({ ...settings, visitor: async () => '203.0.113.7' });
    const requests = answering(() => json(7));
    await getTotalLogsCount();
    assert.equal(requests[0]!.headers.get('X-Forwarded-For'), '203.0.113.7');
  });

  test('carries no address if it is made by the person it is for', async () => {
    const requests = answering(() => json(7));
    await getTotalLogsCount();
    assert.equal(requests[0]!.headers.get('X-Forwarded-For'), null);
  });

  test('is never sent on to where a redirect leads', async (test) => {
    let led = 0;
    const elsewhere = await listening(test, (_, response) => response.end(String(++led)));
    const api = await listening(test, (_, response) => response.writeHead(307, { Location: elsewhere }).end());
    configure({ ...settings, baseUrl: api });
    const { code } = failure(await signIn({ username: 'robin@example.com', password: 'a-secret' }));
    assert.equal(code, 'UNAVAILABLE');
    assert.equal(led, 0);
  });

  test('is not made without settings', async () => {
    Reflect.deleteProperty(globalThis, Symbol.for('marina-guard-logbook-client'));
    await assert.rejects(getTotalLogsCount(), /configure/);
  });

  test('is not made if the token throws: that is for the page to handle', async () => {
    configure({ ...settings, token: () => Promise.reject(new Error('NEXT_REDIRECT')) });
    await assert.rejects(getTotalLogsCount(), /NEXT_REDIRECT/);
  });
});

describe('a failure', () => {
  const BROKEN = new ReadableStream({ pull: (stream) => stream.error(new TypeError('terminated')) });

  test('of the network', async () => {
    answering(() => {
      throw new TypeError('fetch failed');
    });
    const { code, meta } = failure(await getTotalLogsCount());
    assert.equal(code, 'UNAVAILABLE');
    assert.equal(meta.status, null);
  });

  test('of the network, halfway', async () => {
    answering(() => new Response(BROKEN));
    assert.equal(failure(await getTotalLogsCount()).code, 'UNAVAILABLE');
  });

  for (const [status, code] of [
    [400, 'VALIDATION'],
    [413, 'VALIDATION'],
    [429, 'TOO_MANY_REQUESTS'],
    [500, 'UNEXPECTED'],
    [502, 'UNAVAILABLE'],
    [503, 'UNAVAILABLE'],
  ] as const) {
    test(`of status ${status}, with the API's own words`, async () => {
      answering(() => json({ detail: 'Try again.' }, { 'X-Request-ID': 'r1', 'Retry-After': '60' }, status));
      const meta = { status, requestId: 'r1', fieldErrors: {}, retryAfter: 60 };
      assert.deepEqual(await getTotalLogsCount(), { ok: false, message: 'Try again.', code, meta });
    });
  }

  test('of a proxy on the way, without its page', async () => {
    answering(() => new Response('<html>Bad gateway</html>', { status: 502 }));
    const { code, message } = failure(await getTotalLogsCount());
    assert.equal(code, 'UNAVAILABLE');
    assert.ok(!message.includes('<'));
  });

  test('of an answer that is none of ours', async () => {
    answering(() => new Response('<html>Sign in to the Wi-Fi</html>', { headers: { 'Content-Type': 'text/html' } }));
    assert.equal(failure(await getTotalLogsCount()).code, 'UNEXPECTED');
  });

  test('is none where Next.js stops a rendering: that is thrown on', async () => {
    answering(() => {
      throw Object.assign(new Error('Dynamic server usage'), { digest: 'DYNAMIC_SERVER_USAGE' });
    });
    await assert.rejects(getTotalLogsCount(), /Dynamic server usage/);
  });
});

describe('a list', () => {
  const place = (number: number) => ({ id: String(number), name: `Dock ${number}` });
  const range = (start: number, end: number) => Array.from({ length: end - start }, (_, place) => start + place);

  /** Rows as the API pages them; `total` may change from page to page. */
  function paged(total: (page: number) => number, header = true) {
    let pages = 0;
    return answering((request) => {
      const query = new URL(request.url).searchParams;
      const [limit, offset] = [Number(query.get('limit')), Number(query.get('offset'))];
      const all = total(pages++);
      const rows = range(offset, Math.min(offset + limit, all)).map(place);
      return json(rows, header ? { 'X-Total-Count': String(all) } : {});
    });
  }

  test('is asked for by pages of 500', async () => {
    const requests = paged(() => 1201);
    assert.deepEqual(data(await getAllLocations()), range(0, 1201).map(place));
    assert.equal(requests.length, 3);
  });

  test('that ends with a full page takes no further request', async () => {
    const requests = paged(() => 1000);
    assert.equal(data(await getAllLocations()).length, 1000);
    assert.equal(requests.length, 2);
  });

  test('arrives whole even if the total is hidden from the page', async () => {
    paged(() => 1201, false);
    assert.equal(data(await getAllLocations()).length, 1201);
  });

  test('is begun again if it changes meanwhile', async () => {
    const requests = paged((page) => (page === 0 ? 900 : 901));
    assert.deepEqual(data(await getAllLocations()), range(0, 901).map(place));
    assert.equal(requests.length, 4);
  });

  test('that never rests arrives all the same', async () => {
    paged((page) => 900 + page);
    assert.ok(data(await getAllLocations()).length > 900);
  });

  test('longer than a page is cut where it was asked to', async () => {
    const requests = paged(() => 1201);
    assert.equal(data(await getLogsByLocation('c1', 700)).length, 700);
    assert.deepEqual(requests.map(({ url }) => new URL(url).search), ['?limit=500&offset=0', '?limit=200&offset=500']);
  });

  test('that fails halfway is a failure', async () => {
    answering((request) =>
      request.url.includes('offset=0') ? json([place(0)], { 'X-Total-Count': '2' }) : json({ detail: 'No.' }, {}, 401),
    );
    assert.equal(failure(await getAllLocations()).code, 'UNAUTHORIZED');
  });

  test('beside another goes on until both have ended', async () => {
    const unit = (number: number) => ({ id: String(number), createdAt: '2026-01-01T00:00:00.000Z' });
    answering((request) => {
      const offset = Number(new URL(request.url).searchParams.get('offset'));
      const upTo = (end: number) => range(offset, Math.max(offset, Math.min(offset + 500, end))).map(unit);
      return json({ vehicles: upTo(20), radios: upTo(1100) });
    });
    const { vehicles, radios } = data(await getFleetInShop());
    assert.deepEqual([vehicles.length, radios.length], [20, 1100]);
    assert.ok(radios[1099]!.createdAt instanceof Date);
  });
});
