#!/usr/bin/env node
/** Writes the Server Actions that call the API into a Next.js application, in place of those that it has. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const USAGE = `Usage: npx marina-guard-logbook-client write <folder of the actions> [--only <file>,<file>...]

  npx marina-guard-logbook-client write lib/actions
  npx marina-guard-logbook-client write lib/actions --only duty-session-actions,sync-user`;

const NEEDED = `The application must have
- a call of configure on the server, before the first action: where the API is, and whose token goes with a call.
  With Clerk, in lib/logbook.ts, which instrumentation.ts and app/layout.tsx import:

    import { auth } from '@clerk/nextjs/server';
    import { headers } from 'next/headers';
    import { configure } from 'marina-guard-logbook-client';

    configure({
      baseUrl: process.env.LOGBOOK_URL!,
      token: async () => (await auth()).getToken(),
      visitor: async () => (await headers()).get('x-forwarded-for'),
    });

- LOGBOOK_URL in its environment, such as http://127.0.0.1:8000, and an API that knows the issuer of the token.
The package's README has the rest. To go back, take a file from git: git checkout -- <file>`;

const SOURCES = fileURLToPath(new URL('../server-actions', import.meta.url));

/** The files that can be written, by their names: those of the actions, and sync-user, whose folder is beside theirs. */
function files(folder) {
  const found = readdirSync(SOURCES, { withFileTypes: true }).flatMap(({ name: group }) =>
    readdirSync(join(SOURCES, group)).map((file) => ({
      name: basename(file, '.ts'),
      text: readFileSync(join(SOURCES, group, file), 'utf8'),
      path: group === 'actions' ? join(folder, file) : join(dirname(folder), group, file),
    })),
  );
  return new Map(found.map((file) => [file.name, file]));
}

/** Whether git can bring this file back as it is. */
function committed(path) {
  const git = (...args) => execFileSync('git', [...args, '--', basename(path)], { cwd: dirname(path), stdio: 'pipe' });
  try {
    git('ls-files', '--error-unmatch');
    git('diff', '--quiet', 'HEAD');
    return true;
  } catch {
    return false;
  }
}

function write(folder, only) {
  const known = files(folder);
  const unknown = only.filter((name) => !known.has(name));
  if (unknown.length) throw new Error(`There is no ${unknown.join(', ')}. There are:\n  ${[...known.keys()].join('\n  ')}`);
  const wanted = only.length ? only.map((name) => known.get(name)) : [...known.values()];
  const changed = wanted.filter(({ path, text }) => existsSync(path) && readFileSync(path, 'utf8') !== text);
  const lost = changed.map(({ path }) => path).filter((path) => !committed(path));
  if (lost.length) {
    throw new Error(`Nothing was written. Commit these files first, they would be lost:\n  ${lost.join('\n  ')}`);
  }
  for (const { path, text } of wanted) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return wanted.map(({ path }) => relative('', path));
}

try {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { only: { type: 'string', default: '' } } });
  const [command, folder, ...others] = positionals;
  if (command !== 'write' || !folder || others.length) throw new Error(USAGE);
  const written = write(folder, values.only.split(',').filter(Boolean));
  console.log(`Written:\n  ${written.join('\n  ')}\n\n${NEEDED}`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
