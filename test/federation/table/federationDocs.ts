import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { CONSTRUCTS, DIRECTIVES, type Construct } from './constructs.ts';
import { REFUSED } from './refused.ts';
import { SCENES } from './scenes.ts';

/**
 * `docs/federation.md`, generated from the rows of the table. Write it with
 * `npx node test/federation/table/federationDocs.ts`; a test compares.
 */
export async function federationDocs(): Promise<string> {
  const directives = new Set(Object.keys(DIRECTIVES));
  const names = Object.keys(CONSTRUCTS);
  const text = [
    INTRODUCTION,
    '## Directives',
    table(names.filter((name) => directives.has(name))),
    '## Everything else',
    table(names.filter((name) => !directives.has(name))),
    DEPARTURES,
    departures(),
    OWN,
    own(),
    REFERENCE,
    byReference(),
    REFUSAL,
  ].join('\n\n');
  return await format(text, { ...(await resolveConfig('docs/federation.md')), parser: 'markdown' });
}

const INTRODUCTION = `# Apollo Federation

<!-- Generated: npx node test/federation/table/federationDocs.ts -->

What Sudare does with each construct that Apollo Federation 2.9 documents. Where nothing is annotated, an operation is answered as by \`ApolloGateway\` 2.14.4, and where that departs from the specification, as graphql-js answers over one schema of the same data. The last column names the rows of the test table: the file in \`test/federation/table/\`, and how many rows it has without annotations and with them.`;

const DEPARTURES = `## Where ApolloGateway departs

In these rows plain \`ApolloGateway\` 2.14.4 gives another answer than the specification asks for.`;

const OWN = `## Where Sudare departs

In these rows the data is as the specification asks for, and errors are told at other paths.`;

const REFERENCE = `## Where the reference executor departs

Every row is also answered by the reference executor, which is that of \`@apollo/gateway\` on our own plans. Data, errors by path and code, \`extensions\` and access records are the same, except in these rows.`;

const REFUSAL = `## Supergraphs that are not loaded

Composition marks \`@authenticated\`, \`@requiresScopes\`, \`@policy\` and contexts \`for: SECURITY\`. \`ApolloGateway\` knows none of them and refuses the supergraph; Sudare is built on its planner, and refuses it too. Use \`@personal\` and \`@purpose\` in their place, and \`@requires\` or a key in place of a context.

Progressive \`@override\`: no labels are set, so the old home answers. \`@defer\` and subscriptions are refused.`;

function table(names: readonly string[]): string {
  const rows = Object.entries(CONSTRUCTS)
    .filter(([name]) => names.includes(name))
    .map(([name, { answered, means }]) => [
      name.replace(/@\w+|__typename/g, '`$&`'),
      answered,
      means,
      rowsOf(name),
    ]);
  const head = ['construct', 'answered', 'annotated', 'rows'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function rowsOf(construct: string): string {
  const has = (each: { readonly construct: Construct | readonly Construct[] }): boolean =>
    [each.construct].flat().some((one) => one === construct);
  const files = SCENES.flatMap(({ name, rows, variants }) => {
    const plain = rows.filter(has).length;
    const annotated = variants.flatMap(({ cases }) => cases).filter(has).length;
    return plain + annotated === 0 ? [] : [`${name} (${plain}, ${annotated})`];
  });
  const refused = REFUSED.filter(has).length;
  return [...files, ...(refused === 0 ? [] : [`refused (${refused}, ${refused})`])].join(', ');
}

function departures(): string {
  return SCENES.flatMap(({ name, rows }) =>
    rows.flatMap(({ name: row, plain }) =>
      plain === undefined ? [] : [`- ${name}, “${row}”: ${plain.slice('departs: '.length)}.`],
    ),
  ).join('\n');
}

function own(): string {
  return SCENES.flatMap(({ name, rows }) =>
    rows.flatMap(({ name: row, ours }) =>
      ours === undefined ? [] : [`- ${name}, “${row}”: ${ours.departs}.`],
    ),
  ).join('\n');
}

function byReference(): string {
  return SCENES.flatMap(({ name, rows, variants }) =>
    [...rows, ...variants.flatMap(({ cases }) => cases)].flatMap(({ name: row, reference }) =>
      reference === undefined ? [] : [`- ${name}, “${row}”: ${reference.slice('departs: '.length)}.`],
    ),
  ).join('\n');
}

if (import.meta.main) await writeFile('docs/federation.md', await federationDocs());
