import { readFile, writeFile } from 'node:fs/promises';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

/** Where the composed demo supergraph is kept. */
export const SUPERGRAPH_FILE: URL = new URL('./supergraph.graphql', import.meta.url);

/**
 * The subgraphs of the demo with the loopback port that the supergraph gives each of them. `npm start` uses
 * free ports instead and tells the gateway.
 */
export const SUBGRAPH_PORTS: ReadonlyMap<string, number> = new Map([
  ['accounts', 4001],
  ['jobs', 4002],
  ['messages', 4003],
  ['payments', 4004],
  ['activity', 4005],
  ['inquiries', 4006],
  ['consent', 4007],
]);

/**
 * Composes the demo's subgraphs into one supergraph SDL, as Apollo Federation does it.
 * @throws Error with composition's own messages when the schemas do not fit together.
 */
export async function composeSupergraph(): Promise<string> {
  const services = await Promise.all(
    [...SUBGRAPH_PORTS].map(async ([name, port]) => ({
      name,
      url: `http://127.0.0.1:${port}/graphql`,
      typeDefs: parse(await readFile(new URL(`./${name}/schema.graphql`, import.meta.url), 'utf8')),
    })),
  );
  const result = composeServices(services);
  if (result.errors !== undefined) {
    const messages = result.errors.map((error) => `- ${error.message}`).join('\n');
    throw new Error(`The demo's subgraphs do not compose; correct their schema.graphql:\n${messages}`);
  }
  return result.supergraphSdl;
}

if (import.meta.main) {
  const sdl = await composeSupergraph();
  await writeFile(SUPERGRAPH_FILE, sdl);
  process.stdout.write(
    `Composed ${SUBGRAPH_PORTS.size} subgraphs into subgraphs/supergraph.graphql (${sdl.split('\n').length} lines).\n`,
  );
}
