/** One of the requests that the demo prints with its answer. */
export interface DemoRequest {
  readonly title: string;
  /** Who asks and what for. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The same query every time: what differs is who asks, and what for. */
export const DEMO_QUERY = '{ users(first: 5) { id name email address { prefecture } } }';

/** In the order in which more and more shows. */
export const DEMO_REQUESTS: readonly DemoRequest[] = [
  { title: 'Masked: mail-campaign does not say what for.', headers: { 'x-client-id': 'mail-campaign' } },
  {
    title: 'Partly shown: mail-campaign says marketing, which shows those who consent to it.',
    headers: { 'x-client-id': 'mail-campaign', 'x-purpose': 'marketing.recommendation' },
  },
  {
    title: 'Shown: support-desk answers inquiries, unless someone has suspended the use of their data.',
    headers: { 'x-client-id': 'support-desk', 'x-purpose': 'service.support' },
  },
];

const PATIENCE = 30_000;

/** The request as one line for a POSIX shell. */
export function curlLine(url: string, { headers }: DemoRequest): string {
  const flags = Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`);
  return `curl -s ${url} -H 'content-type: application/json' ${flags.join(' ')} -d '${demoBody()}'`;
}

/**
 * Sends the request and gives the answer's rows, cell by cell: id, name, e-mail, prefecture, and why it is masked.
 * @throws Error with the gateway's own answer when that has no rows.
 */
export async function askGateway(
  url: string,
  { headers }: DemoRequest,
  signal: AbortSignal,
): Promise<readonly (readonly string[])[]> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: demoBody(),
    signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
  });
  const text = await response.text();
  const rows = rowsOf(text);
  if (rows === null)
    throw new Error(`The gateway answered without the users asked for: ${text.slice(0, 500)}`);
  return rows;
}

/** Lines up cells in columns, minding that Japanese characters are two columns wide. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<readonly number[]>(
    (widest, row) => row.map((cell, column) => Math.max(columnsOf(cell), widest[column] ?? 0)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - columnsOf(cell)))
      .join('  ')
      .trimEnd(),
  );
}

function demoBody(): string {
  return JSON.stringify({ query: DEMO_QUERY });
}

function rowsOf(text: string): readonly (readonly string[])[] | null {
  const answer = parsed(text);
  const users = member(member(answer, 'data'), 'users');
  if (!Array.isArray(users)) return null;
  const masked = member(member(member(answer, 'extensions'), 'privacy'), 'masked');
  const report: readonly unknown[] = Array.isArray(masked) ? masked : [];
  return users.map((user: unknown, row) => [
    cell(member(user, 'id')),
    cell(member(user, 'name')),
    cell(member(user, 'email')),
    cell(member(member(user, 'address'), 'prefecture')),
    [
      ...new Set(report.filter((entry) => touches(entry, row)).map((entry) => cell(member(entry, 'reason')))),
    ].join(' '),
  ]);
}

/** Whether an entry of the report is about this row: `rows` are numbers and ranges such as `0-3`. */
function touches(entry: unknown, row: number): boolean {
  const rows = member(entry, 'rows');
  return (
    Array.isArray(rows) &&
    rows.some((range: unknown) => {
      const [first, last = first] = cell(range).split('-').map(Number);
      return first !== undefined && last !== undefined && first <= row && row <= last;
    })
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

function cell(value: unknown): string {
  return typeof value === 'string' ? value : 'null';
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;

function columnsOf(text: string): number {
  let columns = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) columns += WIDE.test(segment) ? 2 : 1;
  return columns;
}
