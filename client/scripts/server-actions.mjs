/** The text of server-actions/: the files that the command `write` puts into the application. */

import { importOf } from './originals.mjs';

const PACKAGE = 'marina-guard-logbook-client';

export function serverActions(module) {
  const from = `${PACKAGE}/${module.path.replace(/^lib\//, '')}`;
  const types = module.types.map(([name]) => `export type ${name} = logbook.${name};\n`).join('');
  const functions = module.functions.map(textOf).join('\n');
  const renews = functions.includes('revalidatePath(');
  const own = module.types.map(([name]) => name);
  return [
    "'use server';\n\n",
    `// Written by \`npx ${PACKAGE} write\`: calls the logbook\'s API, and has its pages rendered anew.\n\n`,
    renews ? "import { revalidatePath } from 'next/cache';\n" : '',
    `import * as logbook from '${from}';\n`,
    importOf(['ActionResult', ...module.importable.filter((name) => !own.includes(name))], functions, `${PACKAGE}/types`),
    `\n${types && `${types}\n`}${functions}`,
  ].join('');
}

function textOf(action) {
  const call = `logbook.${action.name}(${action.names.join(', ')})`;
  if (!action.refreshes.length) return `${action.head}\n  return ${call};\n}\n`;
  const renewals = action.refreshes.map(({ path, kind }) => `    revalidatePath(${kind ? `${path}, '${kind}'` : path});\n`);
  return `${action.head}
  const result = await ${call};
  if (result.ok) {
${renewals.join('')}  }
  return result;
}
`;
}
