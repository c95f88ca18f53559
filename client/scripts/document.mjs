/** The OpenAPI document: what the generators ask of it. */

/** Each operation by its id, which is the action's name. */
export const operationsOf = (api) =>
  new Map(
    Object.values(api.paths)
      .flatMap((path) => Object.values(path))
      .map((operation) => [operation.operationId, operation]),
  );

export const nameOf = (reference) => reference.$ref.split('/').at(-1);

/** What an operation does, as the comment above the function that calls it. */
export const commentOf = ({ summary, description }) =>
  `/**\n${`${summary}.\n\n${description}`.replace(/^/gm, ' * ').replace(/ +$/gm, '')}\n */`;

/**
 * A copy without titles, which only repeat the names, without an address, which `configure` is told, and in which a
 * moment is sent as `Date` or as text.
 */
export function prepared(api) {
  const copy = structuredClone(api);
  delete copy.servers;
  visit([copy.paths, copy.components.schemas], (node) => {
    if (typeof node.title === 'string') delete node.title;
  });
  for (const node of sentTo(copy)) {
    if (node.format === 'date-time') {
      delete node.type;
      delete node.format;
      node.$ref = '#/components/schemas/Moment';
    }
  }
  copy.components.schemas.Moment = {
    description: 'A moment, as `Date` or as text. Without a zone, as forms send it, it is the time of the town.',
    anyOf: [{ type: 'string', format: 'date-time' }, { type: 'string' }],
  };
  return copy;
}

/** Everything that describes what is sent, references followed. */
function sentTo(api) {
  const found = new Set();
  const collect = (node) => {
    if (found.has(node)) return;
    found.add(node);
    if (node.$ref) visit(api.components.schemas[nameOf(node)], collect);
  };
  for (const { parameters, requestBody } of operationsOf(api).values()) {
    visit([parameters, requestBody], collect);
  }
  return found;
}

function visit(node, act) {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) act(node);
  Object.values(node).forEach((inner) => visit(inner, act));
}
