/** Pages as they stood with the original, in test/pages: they compile with no change but their imports. */

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const CLIENT = fileURLToPath(new URL('..', import.meta.url));
const PAGES = join(CLIENT, 'test', 'pages');
const CHANGED = join(CLIENT, 'build', 'pages');

// Those of a new Next.js project, but with the libraries checked as well
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2017,
  lib: ['lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.esnext.d.ts'],
  strict: true,
  skipLibCheck: false,
  noEmit: true,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  isolatedModules: true,
  jsx: ts.JsxEmit.Preserve,
  types: ['react'],
};

const originals = readdirSync(PAGES);
const ORIGINAL = /'@\/lib\/actions\/([\w-]+)'/g;

const MISTAKES: Record<string, string> = {
  'a refusal overlooked': 'const { data } = await getLogs();',
  'an unknown filter': "await getLogs({ place: 'c1' });",
  'a filter of the wrong type': "await getLogs({ year: '2026' });",
  'a value that the enum does not have': "await getLogs({ type: 'PARTY' });",
  'a missing argument': 'await getLogById();',
  'a missing field': "await createLog({ type: 'OTHER', title: 'x', description: 'y' });",
  'a date taken for a text': 'const log = await getLogById("c1"); if (log.ok) log.data.createdAt.slice(0, 10);',
  'a null overlooked': 'const log = await getLogById("c1"); if (log.ok) log.data.severity.length;',
  'a code that there is not': "const logs = await getLogs(); if (!logs.ok && logs.code === 'TEAPOT') throw logs;",
};
const wrongPage = (code: string) => `
  import { createLog, getLogById, getLogs } from 'marina-guard-logbook-client/logs';
  export const actions = [createLog, getLogById, getLogs];
  export async function page() {
    ${code}
  }
`;

const texts: Record<string, string> = {};
for (const name of originals) {
  const text = readFileSync(join(PAGES, name), 'utf8');
  assert.ok(text.includes("from '@/lib/actions/"));
  texts[name] = text.replace(ORIGINAL, "'marina-guard-logbook-client/$1'");
  texts[`from-the-root-${name}`] = text.replace(ORIGINAL, "'marina-guard-logbook-client'");
}
Object.values(MISTAKES).forEach((code, number) => (texts[`mistake-${number}.ts`] = wrongPage(code)));

mkdirSync(CHANGED, { recursive: true });
after(() => rmSync(CHANGED, { recursive: true }));
const fileOf = (name: string) => join(CHANGED, name);
for (const [name, text] of Object.entries(texts)) writeFileSync(fileOf(name), text);
const program = ts.createProgram(Object.keys(texts).map(fileOf), OPTIONS);

function errorsOf(file: ts.SourceFile | undefined): string[] {
  assert.ok(file);
  const diagnostics = ts.getPreEmitDiagnostics(program, file);
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe('a page of the original compiles', () => {
  for (const name of originals) {
    test(`with its modules' names changed: ${name}`, () => {
      assert.deepEqual(errorsOf(program.getSourceFile(fileOf(name))), []);
    });

    test(`with all imports from the package: ${name}`, () => {
      assert.deepEqual(errorsOf(program.getSourceFile(fileOf(`from-the-root-${name}`))), []);
    });
  }
});

describe('a page does not compile with', () => {
  Object.keys(MISTAKES).forEach((mistake, number) => {
    test(mistake, () => {
      assert.equal(errorsOf(program.getSourceFile(fileOf(`mistake-${number}.ts`))).length, 1);
    });
  });
});

describe('the types of the package', () => {
  const files = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(join(CLIENT, 'dist')));

  test('have no errors of their own', () => {
    assert.ok(files.length > 10);
    assert.deepEqual(files.flatMap(errorsOf), []);
  });

  test('know exactly what goes in and comes out', () => {
    for (const { fileName, text } of files.filter(({ fileName }) => !/generated.api.(client|core|sdk)/.test(fileName))) {
      assert.doesNotMatch(text.replace(/\/\*[^]*?\*\//g, ''), /\bany\b/, fileName);
    }
  });
});
