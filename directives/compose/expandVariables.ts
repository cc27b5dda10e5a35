/** The process's environment, or a test's. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A text with its variables filled in, or why that cannot be. */
export type Expanded = { readonly text: string } | { readonly problem: string };

/**
 * Fills in `${env.NAME}` and `${env.NAME:-default}`, as Rover does in a `supergraph.yaml`
 * (https://www.apollographql.com/docs/graphos/routing/configuration/yaml#variable-expansion). What an environment
 * holds is not expanded again. Problems name variables, never what they hold.
 */
export function expandVariables(text: string, environment: Environment): Expanded {
  const problems: string[] = [];
  const expanded = text.replaceAll(/\$\{([^}]*)\}/g, (_, expression: string) => {
    const [, name, fallback] = /^env\.(\w+)(?::-(.*))?$/s.exec(expression) ?? [];
    if (name === undefined) {
      problems.push('expected ${env.NAME} or ${env.NAME:-default}; other variables are not filled in');
      return '';
    }
    const value = environment[name] ?? fallback;
    if (value === undefined) problems.push(`expected the environment to have ${name}`);
    return value ?? '';
  });
  const [problem] = problems;
  return problem === undefined ? { text: expanded } : { problem };
}
