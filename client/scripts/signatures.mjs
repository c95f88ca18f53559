/** The recorded signatures: how their types are read, compared and written. */

import ts from 'typescript';

/** A recorded type as a tree. Prisma's `Decimal` is a number here. */
export function typeOf(text) {
  const source = `type Recorded = ${text.replace(/\bDecimal\b/g, 'number')};`;
  return ts.createSourceFile('recorded.ts', source, ts.ScriptTarget.Latest, true).statements[0].type;
}

/** The data of an answer `{ ok: true, data }`; undefined if the action answers in a form of its own. */
export function dataOf(result) {
  const success = membersOf(result).find((member) => propertyOf(member, 'ok')?.type.getText() === 'true');
  return success && propertyOf(success, 'data').type;
}

/** Whether some object in it has one of these properties, as a text. */
export function hasText(type, names) {
  if (ts.isPropertySignature(type) && names.includes(type.name.text)) return /\bstring$/.test(type.type.getText());
  return Boolean(ts.forEachChild(type, (inner) => hasText(inner, names) || undefined));
}

/** Writes types, with a name for each part that has one. */
export class TypeWriter {
  #names = new Map();

  /** `types` are the names that may be used, with their recorded texts; the first of several for one type counts. */
  constructor(types) {
    for (const [name, text] of Object.entries(types)) {
      const key = keyOf(typeOf(text));
      if (!this.#names.has(key)) this.#names.set(key, name);
    }
  }

  write(type, indent = '') {
    return this.#names.get(keyOf(type)) ?? this.structure(type, indent);
  }

  /** Without the name of the whole, only with those of its parts. */
  structure(type, indent = '') {
    if (ts.isParenthesizedTypeNode(type)) return this.write(type.type, indent);
    if (ts.isUnionTypeNode(type)) return this.#union(type, indent);
    if (ts.isTypeLiteralNode(type)) return this.#object(type, indent);
    if (ts.isArrayTypeNode(type)) {
      const element = this.write(type.elementType, indent);
      return `${/^[^{]* \| /.test(element) ? `(${element})` : element}[]`;
    }
    return type.getText().replaceAll('"', "'");
  }

  /** A parameter or property. What may be left out may be undefined, without saying so. */
  member(name, optional, type, indent = '') {
    const members = membersOf(type).filter((member) => !optional || member.kind !== ts.SyntaxKind.UndefinedKeyword);
    const text = members.length === 1 ? this.write(members[0], indent) : this.write(type, indent);
    return `${name}${optional ? '?' : ''}: ${text}`;
  }

  #union(type, indent) {
    const nothing = type.types.filter(isNothing).map((member) => member.getText());
    const something = type.types.filter((member) => !isNothing(member));
    const name = this.#names.get(something.map(keyOf).sort().join(' | '));
    return [...(name ? [name] : something.map((member) => this.write(member, indent))), ...nothing].join(' | ');
  }

  #object(type, indent) {
    const deeper = `${indent}  `;
    const members = type.members.map((member) =>
      this.member(member.name.getText(), Boolean(member.questionToken), member.type, deeper),
    );
    const line = `{ ${members.join('; ')} }`;
    if (line.length <= 50 && !line.includes('\n')) return line;
    return `{\n${members.map((member) => `${deeper}${member};\n`).join('')}${indent}}`;
  }
}

const membersOf = (type) => (ts.isUnionTypeNode(type) ? type.types : [type]);
const propertyOf = (type, name) => type.members?.find((member) => member.name.text === name);
const isNothing = (type) => ['null', 'undefined'].includes(type.getText());

/** The same text for the same type, in whatever order its parts were recorded. */
function keyOf(type) {
  if (ts.isParenthesizedTypeNode(type)) return keyOf(type.type);
  if (ts.isUnionTypeNode(type)) return type.types.map(keyOf).sort().join(' | ');
  if (ts.isArrayTypeNode(type)) return `(${keyOf(type.elementType)})[]`;
  if (!ts.isTypeLiteralNode(type)) return type.getText();
  const members = type.members.map((each) => `${each.name.getText()}${each.questionToken ? '?' : ''}: ${keyOf(each.type)}`);
  return `{ ${members.sort().join('; ')} }`;
}
