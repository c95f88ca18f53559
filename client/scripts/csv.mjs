/** The contract's CSV files. */

/** The rows, each as an object by the names in the header. */
export function rowsOf(csv) {
  const [header, ...rows] = csv.trim().split(/\r?\n/).map(cellsOf);
  return rows.map((row) => Object.fromEntries(header.map((name, place) => [name, row[place]])));
}

/** The rows by what this says of them, in their order. */
export function grouped(rows, keyOf) {
  const groups = {};
  for (const row of rows) (groups[keyOf(row)] ??= []).push(row);
  return groups;
}

const COMMA = /,(?=(?:[^"]*"[^"]*")*[^"]*$)/; // outside of quotes

const cellsOf = (line) => line.split(COMMA).map((cell) => cell.replaceAll('"', ''));
