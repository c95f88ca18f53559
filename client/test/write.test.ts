/** The command that writes the Server Actions into an application, and what it writes. */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';

import { configure } from 'marina-guard-logbook-client';
import { recorded } from './recorded.js';

const CLIENT = fileURLToPath(new URL('..', import.meta.url));
const COMMAND = join(CLIENT, 'bin', 'marina-guard-logbook-client.mjs');
const PACKAGE = 'marina-guard-logbook-client';

let application: string;

const path = (file: string) => join(application, file);
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=Robin', '-c', 'user.email=robin@example.com', ...args], { cwd: application });

function put(file: string, text: string) {
  mkdirSync(dirname(path(file)), { recursive: true });
  writeFileSync(path(file), text);
}

function write(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, 'write', ...args], {
    cwd: application,
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
}

/** All files of the application, but git's own. */
const files = () =>
  readdirSync(application, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(application.length + 1))
    .filter((file) => !file.startsWith('.git/'));

describe('the command', () => {
  beforeEach(() => {
    application = mkdtempSync(join(tmpdir(), 'pages-'));
    git('init', '--quiet');
  });
  afterEach(() => rmSync(application, { recursive: true }));

  test('writes every recorded file, and says which, and what the application must have', () => {
    const { status, said } = write('lib/actions');
    assert.equal(status, 0, said);
    const modules = new Set([...recorded.values()].map(({ module }) => `${module.replace(PACKAGE, 'lib')}.ts`));
    assert.equal(modules.size, 22);
    assert.deepEqual(new Set(files()), modules);
    modules.forEach((file) => assert.ok(said.includes(file)));
    assert.match(said, /configure[^]*token[^]*LOGBOOK_URL/);
  });

  test('writes into the folder that it is told', () => {
    write('src/lib/actions', '--only', 'logs,sync-user');
    assert.deepEqual(files().sort(), ['src/lib/actions/logs.ts', 'src/lib/auth/sync-user.ts']);
  });

  test('takes the place of what is committed, from where git brings it back', () => {
    put('lib/actions/logs.ts', 'the original');
    git('add', '.');
    git('commit', '--quiet', '--message', 'The original');
    assert.equal(write('lib/actions', '--only', 'logs').status, 0);
    assert.match(readFileSync(path('lib/actions/logs.ts'), 'utf8'), /^'use server';/);
    assert.equal(write('lib/actions', '--only', 'logs').status, 0, 'and again');
    git('checkout', '--', 'lib/actions/logs.ts');
    assert.equal(readFileSync(path('lib/actions/logs.ts'), 'utf8'), 'the original');
  });

  const STATES: Record<string, () => void> = {
    'git does not know': () => {},
    'git ignores': () => put('.gitignore', 'lib\n'),
    'is new to git': () => git('add', '.'),
    'is changed since': () => {
      git('add', '.');
      git('commit', '--quiet', '--message', 'The original');
      put('lib/actions/logs.ts', 'changed');
    },
    'is in no repository': () => rmSync(path('.git'), { recursive: true }),
  };
  for (const [state, reach] of Object.entries(STATES)) {
    test(`overwrites nothing that ${state}, names it, and writes no other file either`, () => {
      put('lib/actions/logs.ts', 'the original');
      reach();
      const [before, text] = [files(), readFileSync(path('lib/actions/logs.ts'), 'utf8')];
      const { status, said } = write('lib/actions');
      assert.equal(status, 1);
      assert.match(said, /Nothing was written[^]*lib\/actions\/logs\.ts/);
      assert.deepEqual(files(), before);
      assert.equal(readFileSync(path('lib/actions/logs.ts'), 'utf8'), text);
    });
  }

  test('knows no other files, and says which there are', () => {
    const { status, said } = write('lib/actions', '--only', 'logs,diary');
    assert.equal(status, 1);
    assert.match(said, /no diary\.[^]*duty-session-actions/);
    assert.deepEqual(files(), []);
  });

  test('says how it is used', () => {
    for (const args of [[], ['lib/actions', 'logs'], ['lib/actions', '--all']]) {
      const { status, said } = write(...args);
      assert.equal(status, 1);
      assert.match(said, /Usage|Unknown option/);
    }
  });
});

describe('what is written', () => {
  const WRITTEN = join(CLIENT, 'build', 'written');
  const RENEW = "globalThis.renewed = [];\nexport const revalidatePath = (...args) => globalThis.renewed.push(args);\n";
  const renewed = () => (globalThis as unknown as { renewed: string[][] }).renewed;

  const fill = () => {
    application = WRITTEN;
    rmSync(WRITTEN, { recursive: true, force: true });
    put('node_modules/next/package.json', '{ "name": "next", "type": "module" }');
    put('node_modules/next/cache.js', RENEW);
    put('node_modules/next/cache.d.ts', "export function revalidatePath(path: string, type?: 'layout' | 'page'): void;\n");
    write('lib/actions');
  };

  /** A module of the application, run as Next.js would. */
  async function run(module: string) {
    const { outputText } = ts.transpileModule(readFileSync(path(`${module}.ts`), 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    put(`${module}.mjs`, outputText.replace("'next/cache'", "'next/cache.js'"));
    const actions = await import(pathToFileURL(path(`${module}.mjs`)).href);
    renewed().length = 0;
    return actions as Record<string, (...args: unknown[]) => Promise<{ ok: boolean }>>;
  }

  beforeEach(() => {
    fill();
    configure({ baseUrl: 'http://logbook.test', token: () => 'a-token' });
  });
  afterEach(() => {
    mock.restoreAll();
    rmSync(WRITTEN, { recursive: true });
  });

  test("exports async functions and types alone, as 'use server' demands", () => {
    for (const file of files().filter((each) => each.startsWith('lib/'))) {
      const { statements } = ts.createSourceFile(file, readFileSync(path(file), 'utf8'), ts.ScriptTarget.Latest);
      assert.ok(ts.isExpressionStatement(statements[0]!) && ts.isStringLiteral(statements[0].expression));
      assert.equal(statements[0].expression.text, 'use server');
      for (const statement of statements.slice(1)) {
        const modifiers = ts.isFunctionDeclaration(statement) ? (statement.modifiers ?? []) : [];
        const async = modifiers.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
        assert.ok(async || ts.isTypeAliasDeclaration(statement) || ts.isImportDeclaration(statement), file);
      }
    }
  });

  test('has the recorded signatures and types', () => {
    const signatures = readFileSync(join(CLIENT, 'test', 'generated', 'signatures.ts'), 'utf8');
    put('signatures.ts', signatures.replaceAll(new RegExp(`'${PACKAGE}/(actions|auth)/`, 'g'), "'./lib/$1/"));
    const program = ts.createProgram([path('signatures.ts')], {
      target: ts.ScriptTarget.ES2017,
      lib: ['lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.esnext.d.ts'],
      strict: true,
      noEmit: true,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      isolatedModules: true,
      skipLibCheck: true,
      types: [],
    });
    const faults = ts.getPreEmitDiagnostics(program);
    assert.deepEqual(faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')), []);
    assert.ok(program.getSourceFile(path('lib/actions/logs.ts')));
  });

  test('has all recorded paths rendered anew, and no others', () => {
    for (const [key, { module, name, refreshes = [] }] of recorded) {
      const text = readFileSync(path(`${module.replace(PACKAGE, 'lib')}.ts`), 'utf8');
      const [body] = text.slice(text.indexOf(`function ${name}(`)).split('\n}\n');
      const paths = [...body!.matchAll(/revalidatePath\(['`](.*)['`]\)/g)].map(([, each]) => each);
      assert.deepEqual(paths, refreshes.map((each) => each.replace('validation.data', 'data')), key);
    }
  });

  test('has a page rendered anew that its arguments name', async () => {
    const { cancelTour } = await run('lib/actions/tour-actions');
    mock.method(globalThis, 'fetch', async () => new Response(null, { status: 204 }));
    assert.deepEqual(await cancelTour!('c1', 'Rain'), { ok: true, data: null });
    assert.deepEqual(renewed(), [['/admin/dashboard'], ['/admin/tours'], ['/admin/tours/c1']]);
  });

  test('has nothing rendered anew after a refusal', async () => {
    const { cancelTour } = await run('lib/actions/tour-actions');
    mock.method(globalThis, 'fetch', async () => Response.json({ detail: 'It is over.' }, { status: 409 }));
    assert.equal((await cancelTour!('c1')).ok, false);
    assert.deepEqual(renewed(), []);
  });

  test("passes on what the token throws: that is how redirect() works", async () => {
    const { deleteLog } = await run('lib/actions/logs');
    configure({ baseUrl: 'http://logbook.test', token: () => Promise.reject(new Error('NEXT_REDIRECT')) });
    await assert.rejects(deleteLog!('c1'), /NEXT_REDIRECT/);
  });
});
