/**
 * Writes what is generated, from openapi.json and the contract: `npm run generate`.
 *
 * In src/generated, api/ is what @hey-api/openapi-ts makes of the document: a function for each operation. actions/ calls
 * these functions, a module for each group. lib/ has the original's modules, whose functions call those of actions/ and
 * answer in the original's forms; prisma.ts has its models and enums. server-actions/ are the same modules as files for
 * the application. test/generated holds all of them against what was recorded. With --check nothing is written: it fails
 * if one of these is not what would be written.
 */

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@hey-api/openapi-ts';
import { actionModules, index } from './actions.mjs';
import { checks } from './checks.mjs';
import { prepared } from './document.mjs';
import { dropIn } from './drop-ins.mjs';
import { originals } from './originals.mjs';
import { enumsOf, modelsOf, prisma, unionOf } from './prisma.mjs';
import { serverActions } from './server-actions.mjs';

const CLIENT = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['src/generated', 'server-actions', 'test/generated'];

const read = (...path) => readFile(join(CLIENT, '..', ...path), 'utf8');
const contract = (name) => read('tests', 'contract', name);

/** Everything that is generated, into this folder as if it were client/. */
async function generate(client) {
  const api = prepared(JSON.parse(await read('openapi', 'openapi.json')));
  for (const folder of FOLDERS) await rm(join(client, folder), { recursive: true, force: true });
  await createClient({
    input: api,
    output: { path: join(client, 'src/generated/api'), module: { extension: '.js' }, entryFile: false },
    plugins: [
      '@hey-api/client-fetch',
      { name: '@hey-api/typescript', definitions: { case: 'preserve' } },
      { name: '@hey-api/transformers', dates: true },
      { name: '@hey-api/sdk', transformer: true, operations: { methodName: { casing: 'preserve' } } },
    ],
    logs: { level: 'silent' },
  });
  for (const [path, text] of Object.entries(await texts(api))) {
    await mkdir(dirname(join(client, path)), { recursive: true });
    await writeFile(join(client, path), text);
  }
}

/** The files that are made here, by their paths. */
async function texts(api) {
  const groups = actionModules(api, await contract('actions.csv'));
  const signatures = JSON.parse(await contract('signatures.json'));
  const enums = enumsOf(await contract('enums.csv'));
  const models = modelsOf(await contract('columns.csv'), enums);
  const shared = { ...models, ...signatures['lib/types/prisma-types'].types, ...unionsOf(enums) };
  const modules = originals(signatures, api, shared);
  const withActions = modules.filter(({ functions }) => functions.length);
  return {
    ...named((group) => `src/generated/actions/${group}.ts`, groups),
    'src/generated/index.ts': index(api, [...groups.keys()]),
    ...named((path) => `src/generated/${path}.ts`, modules.map((module) => [module.path, dropIn(module)])),
    'src/generated/prisma.ts': prisma(models, enums),
    ...named(
      (path) => path.replace(/^lib/, 'server-actions').concat('.ts'),
      withActions.map((module) => [module.path, serverActions(module)]),
    ),
    'test/generated/signatures.ts': checks(signatures),
  };
}

const named = (pathOf, entries) => Object.fromEntries([...entries].map(([name, text]) => [pathOf(name), text]));
const unionsOf = (enums) => Object.fromEntries(Object.entries(enums).map(([name, values]) => [name, unionOf(values)]));

/** The files that differ from what would be generated now. */
async function outdated() {
  const folder = await mkdtemp(join(tmpdir(), 'client-'));
  try {
    await generate(folder);
    const [fresh, kept] = [await contents(folder), await contents(CLIENT)];
    return [...new Set([...fresh.keys(), ...kept.keys()])].filter((file) => fresh.get(file) !== kept.get(file));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function contents(client) {
  const files = new Map();
  for (const folder of FOLDERS) {
    for (const entry of await readdir(join(client, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      if (entry.isFile()) files.set(relative(client, path), await readFile(path, 'utf8'));
    }
  }
  return files;
}

if (process.argv.includes('--check')) {
  const files = await outdated();
  if (files.length) {
    console.error(`What is generated is out of date, run \`make client\`:\n  ${files.sort().join('\n  ')}`);
    process.exitCode = 1;
  }
} else {
  await generate(CLIENT);
}
