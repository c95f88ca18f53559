/** The recorded signatures, and whether an answer is of the recorded form. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

interface Recorded {
  parameters: { name: string; type: string }[];
  result: string;
  refreshes?: string[];
}

const FILE = join(fileURLToPath(new URL('../..', import.meta.url)), 'tests', 'contract', 'signatures.json');
const modules: Record<string, { functions: Record<string, Recorded> }> = JSON.parse(readFileSync(FILE, 'utf8'));

/** Each function by `<file>.<function>`, with the module of the package that has it. */
export const recorded = new Map(
  Object.entries(modules).flatMap(([path, { functions }]) =>
    Object.entries(functions).map(([name, signature]) => [
      `${path.split('/').at(-1)}.${name}`,
      { ...signature, name, module: path.replace(/^lib/, 'marina-guard-logbook-client') },
    ]),
  ),
);

/** What is missing in the value, or is there in another form. */
export function faultsOf(value: unknown, type: string): string[] {
  const file = ts.createSourceFile('recorded.ts', `type Recorded = ${type}`, ts.ScriptTarget.Latest, true);
  return faults(value, (file.statements[0] as ts.TypeAliasDeclaration).type, 'answer');
}

const KEYWORDS: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  true: (value) => value === true,
  false: (value) => value === false,
  undefined: (value) => value === undefined,
  void: (value) => value === undefined,
  never: () => false,
  unknown: () => true,
  Date: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
  'Record<string, unknown>': (value) => typeof value === 'object' && value !== null,
};

function faults(value: unknown, type: ts.TypeNode, path: string): string[] {
  if (ts.isParenthesizedTypeNode(type)) return faults(value, type.type, path);
  if (ts.isUnionTypeNode(type)) {
    const each = type.types.map((member) => faults(value, member, path));
    return each.reduce((least, next) => (next.length < least.length ? next : least));
  }
  if (ts.isArrayTypeNode(type)) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((element, place) => faults(element, type.elementType, `${path}[${place}]`));
  }
  if (ts.isTypeLiteralNode(type)) {
    if (typeof value !== 'object' || value === null) return [`${path} is no object`];
    return type.members.flatMap((member) => {
      const { name, questionToken, type: inner } = member as ts.PropertySignature;
      const found = (value as Record<string, unknown>)[name.getText()];
      return questionToken && found === undefined ? [] : faults(found, inner!, `${path}.${name.getText()}`);
    });
  }
  const text = type.getText();
  const fits = text.startsWith('"') ? value === JSON.parse(text) : KEYWORDS[text]!(value);
  return fits ? [] : [`${path} is ${JSON.stringify(value)}, not ${text}`];
}
