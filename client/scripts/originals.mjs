/** The original's modules as they were recorded: what their functions take, answer and have rendered anew. */

import { CALLS, PATHS } from './cases.mjs';
import { commentOf, operationsOf } from './document.mjs';
import { dataOf, typeOf, TypeWriter } from './signatures.mjs';

/** All modules. `shared` are the types that every module may import, with their texts. */
export function originals(signatures, api, shared) {
  const operations = operationsOf(api);
  return Object.entries(signatures).map(([path, recorded]) => new Module(path, recorded, operations, shared));
}

/** The import of those of these types that stand in the text. */
export function importOf(names, text, from) {
  const used = names.filter((name) => new RegExp(`\\b${name}\\b`).test(text)).sort();
  if (!used.length) return '';
  const line = `import type { ${used.join(', ')} } from '${from}';\n`;
  return line.length <= 120 ? line : `import type {\n${used.map((name) => `  ${name},\n`).join('')}} from '${from}';\n`;
}

class Module {
  constructor(path, { functions, types }, operations, shared) {
    this.path = path; // such as lib/actions/logs
    this.file = path.split('/').at(-1);
    const importable = Object.entries(shared).filter(([name]) => !(name in types));
    this.importable = importable.map(([name]) => name);
    const writer = new TypeWriter({ ...types, ...Object.fromEntries(importable) });
    this.types = Object.entries(types).map(([name, text]) => [name, writer.structure(typeOf(text))]);
    this.functions = Object.entries(functions).map(
      ([name, recorded]) => new Function(`${this.file}.${name}`, name, recorded, operations, writer),
    );
  }
}

class Function {
  constructor(key, name, { parameters, result, refreshes = [] }, operations, writer) {
    this.key = key;
    this.name = name;
    this.names = parameters.map((parameter) => parameter.name);
    const indent = parameters.length > 1 ? '  ' : '';
    this.parameters = parameters.map(({ name, optional, type }) => writer.member(name, optional, typeOf(type), indent));
    this.data = dataOf(typeOf(result));
    this.result = this.data ? `ActionResult<${writer.write(this.data)}>` : writer.structure(typeOf(result));
    this.refreshes = refreshes.map(pathOf);
    const action = /logbook\.(\w+)\(/.exec(CALLS[key] ?? '')?.[1] ?? name;
    this.comment = commentOf(operations.get(action));
  }

  /** What stands above its body. */
  get head() {
    const headWith = (parameters) =>
      `${this.comment}\nexport async function ${this.name}(${parameters}): Promise<${this.result}> {`;
    const head = headWith(this.parameters.join(', '));
    const fits = this.parameters.some((parameter) => parameter.includes('\n'))
      ? this.parameters.length === 1
      : head.split('\n').every((line) => line.length <= 120);
    return fits ? head : headWith(`\n  ${this.parameters.join(',\n  ')},\n`);
  }
}

/** A path as it stands in code, and what of it is rendered anew if not the page: `/logs/${logId} layout`. */
function pathOf(refresh) {
  const [path, kind] = refresh.split(' ');
  const code = Object.entries(PATHS).reduce((text, [original, ours]) => text.replaceAll(original, ours), path);
  return { path: code.includes('${') ? `\`${code}\`` : `'${code}'`, kind };
}
