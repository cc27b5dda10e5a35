/** What the body of a GraphQL request over HTTP is made of. */
export interface RequestParts {
  readonly query?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | undefined;
}

/**
 * Creates the printing of request bodies as JSON. The same representations go to several subgraphs, side by side: such
 * a list, which may be long, is printed once, and must not change afterwards.
 */
export function createRequestBodies(): (parts: RequestParts) => string {
  const printed = new WeakMap<readonly unknown[], string>();

  const listOf = (representations: readonly unknown[]): string => {
    let text = printed.get(representations);
    if (text === undefined) printed.set(representations, (text = JSON.stringify(representations)));
    return text;
  };

  return ({ query, variables, operationName }) => {
    if (!Array.isArray(variables?.['representations']))
      return JSON.stringify({ query, operationName, variables });
    const { representations, ...others } = variables;
    const list = listOf(representations as readonly unknown[]);
    const before = JSON.stringify({ query, operationName, variables: others });
    // It ends with the braces of the variables and of the whole.
    const comma = before.endsWith('{}}') ? '' : ',';
    return `${before.slice(0, -2)}${comma}"representations":${list}}}`;
  };
}
