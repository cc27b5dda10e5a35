import { ERRORS } from './errors.ts';

/**
 * `docs/errors.md`, generated from the registry of errors. Write it with
 * `node gateway/errorDocs.ts > docs/errors.md`; a test compares.
 */
export function errorDocs(): string {
  const codes = Object.entries(ERRORS).map(
    ([code, [status, meaning]]) =>
      `- \`${code}\` (${status === null ? 'no status' : String(status)}): ${meaning}`,
  );
  return `${[INTRODUCTION, codes.join('\n'), APOLLO].join('\n\n')}\n`;
}

const INTRODUCTION = `# Errors

<!-- Generated: node gateway/errorDocs.ts > docs/errors.md -->

What Sudare itself says in \`extensions.code\`, with the status of the HTTP answer. A code without one stands with a field, in an answer that is otherwise fine. Messages name coordinates, never values.`;

const APOLLO =
  'Codes of Apollo Server keep their meaning, such as `GRAPHQL_PARSE_FAILED`, `GRAPHQL_VALIDATION_FAILED` and `BAD_USER_INPUT`.';

if (import.meta.main) process.stdout.write(errorDocs());
