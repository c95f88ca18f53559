/** A server with a database of its own, full of demo data. */

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Server {
  url: string;
  stop: () => Promise<void>;
}

export async function startServer(): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'logbook-'));
  const python = process.env['PYTHON'] ?? join(ROOT, '.venv', 'bin', 'python');
  const server = spawn(python, ['-m', 'uvicorn', 'main:app', '--port', '0'], {
    cwd: ROOT,
    env: {
      ...process.env,
      DATABASE_URL: `sqlite:///${join(folder, 'logbook.db')}`,
      SECRET_KEY: 'a-key-that-only-the-tests-know-0123456789',
      DEMO_DATA: 'true',
      TIME_ZONE: 'UTC',
      ALLOW_SIGN_UP: 'true',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  process.once('exit', () => server.kill());
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()).once('error', () => resolve()));
  const stop = async () => {
    server.kill();
    await ended;
    await rm(folder, { recursive: true });
  };
  const lines: string[] = [];
  for await (const line of createInterface(server.stderr)) {
    lines.push(line);
    const url = /running on (http:\S+)/.exec(line)?.[1];
    if (url) {
      server.stderr.resume();
      return { url, stop };
    }
  }
  await stop();
  throw new Error(`${python} started no server (PYTHON names another interpreter):\n${lines.join('\n')}`);
}
