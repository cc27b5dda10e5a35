import type { DataSource } from './services.ts';

type Answer = Awaited<ReturnType<DataSource['process']>>;

/**
 * A data source that asks for up to `max` entities in one call, and for more in further calls beside each other: a
 * subgraph bounds its body, and a list that is long for it is not the client's doing.
 *
 * @param max whole, at least 1.
 */
export function inEntityBatches(source: DataSource, max: number): DataSource {
  return {
    ...source,
    async process(given) {
      const { variables } = given.request;
      const all: unknown = variables?.['representations'];
      if (!Array.isArray(all) || all.length <= max) return await source.process(given);
      const batches = Array.from({ length: Math.ceil(all.length / max) }, (_, at) =>
        all.slice(at * max, (at + 1) * max),
      );
      const answers = await Promise.all(
        batches.map(async (representations) => {
          const request = { ...given.request, variables: { ...variables, representations } };
          return await source.process({ ...given, request });
        }),
      );
      return together(answers, batches, max);
    },
  };
}

/** One answer of those to several batches. Entities that are missing leave the count wrong, which is noticed. */
function together(answers: readonly Answer[], batches: readonly unknown[][], max: number): Answer {
  const entities = answers.flatMap(({ data }, at) => {
    const found: unknown = data?.['_entities'];
    if (Array.isArray(found)) return found.length === batches[at]?.length ? found : [];
    return data === null || data === undefined ? (batches[at] ?? []).map(() => null) : [];
  });
  const errors = answers.flatMap(({ errors: found }, at) =>
    (found ?? []).map((error) => {
      const [root, index, ...rest] = error.path ?? [];
      if (root !== '_entities' || typeof index !== 'number') return error;
      return { ...error, path: [root, index + at * max, ...rest] };
    }),
  );
  return { data: { _entities: entities }, ...(errors.length === 0 ? {} : { errors }) };
}
