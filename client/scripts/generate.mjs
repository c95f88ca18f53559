/**
 * Writes src/generated from openapi.json and the contract's actions.csv: `npm run generate`.
 *
 * api/ is what @hey-api/openapi-ts makes of the document: a function for each operation. actions/ calls these functions
 * in the form of the original's actions, a module for each group. With --check nothing is written: it fails if
 * src/generated is not what would be written.
 */

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@hey-api/openapi-ts';
import { actionModules, index } from './actions.mjs';
import { prepared } from './document.mjs';

const CLIENT = fileURLToPath(new URL('..', import.meta.url));
const GENERATED = join(CLIENT, 'src', 'generated');
const API = join(CLIENT, '..', 'openapi.json');
const ACTIONS = join(CLIENT, '..', 'tests', 'contract', 'actions.csv');

async function generate(folder) {
  const api = prepared(JSON.parse(await readFile(API, 'utf8')));
  await rm(folder, { recursive: true, force: true });
  await createClient({
    input: api,
    output: { path: join(folder, 'api'), module: { extension: '.js' }, entryFile: false },
    plugins: [
      '@hey-api/client-fetch',
      { name: '@hey-api/typescript', definitions: { case: 'preserve' } },
      { name: '@hey-api/transformers', dates: true },
      { name: '@hey-api/sdk', transformer: true, operations: { methodName: { casing: 'preserve' } } },
    ],
    logs: { level: 'silent' },
  });
  await mkdir(join(folder, 'actions'));
  const modules = actionModules(api, await readFile(ACTIONS, 'utf8'));
  for (const [group, text] of modules) {
    await writeFile(join(folder, 'actions', `${group}.ts`), text);
  }
  await writeFile(join(folder, 'index.ts'), index(api, [...modules.keys()]));
}

/** The files that differ from what would be generated now. */
async function outdated() {
  const folder = await mkdtemp(join(tmpdir(), 'client-'));
  try {
    await generate(folder);
    const [fresh, kept] = [await contents(folder), await contents(GENERATED)];
    return [...new Set([...fresh.keys(), ...kept.keys()])].filter((file) => fresh.get(file) !== kept.get(file));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function contents(folder) {
  const files = new Map();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile()) files.set(relative(folder, path), await readFile(path, 'utf8'));
  }
  return files;
}

if (process.argv.includes('--check')) {
  const files = await outdated();
  if (files.length) {
    console.error(`src/generated is out of date, run \`make client\`:\n  ${files.sort().join('\n  ')}`);
    process.exitCode = 1;
  }
} else {
  await generate(GENERATED);
}
