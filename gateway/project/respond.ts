import type { GatewayExecutionResult } from '@apollo/server-gateway-interface';
import { GraphQLError } from 'graphql';
import type { MaskedEntry } from './maskedReport.ts';
import type { Projected } from './project.ts';

/** `extensions.privacy` of an answer. */
export interface PrivacyExtension {
  readonly purpose: string | null;
  readonly policyRevision: string;
  readonly masked: readonly MaskedEntry[];
}

/** What an answer is made of. */
export interface RespondInput {
  readonly projected: Projected;
  readonly errors: readonly GraphQLError[];
  /** `null` for a supergraph without annotations, which answers as a plain gateway does. */
  readonly privacy: PrivacyExtension | null;
}

/** Puts data, errors and extensions together. */
export function respond({ projected, errors, privacy }: RespondInput): GatewayExecutionResult {
  const rejected = projected.rejected.map(
    ({ path, coordinate }) =>
      new GraphQLError(`${coordinate} may not be shown to this caller for this purpose.`, {
        path,
        extensions: { code: 'PERSONAL_DATA_REJECTED', coordinate },
      }),
  );
  const all = [...errors, ...rejected];
  // As ApolloGateway does: nulls that no error explains are told beside the data.
  const valueCompletion =
    all.length > 0
      ? []
      : projected.nullViolations.map(({ message, path }) => ({
          message,
          path,
          extensions: { code: 'INVALID_GRAPHQL' },
        }));
  const extensions = {
    ...(valueCompletion.length > 0 ? { valueCompletion } : {}),
    ...(privacy === null ? {} : { privacy }),
  };
  return {
    data: projected.data,
    ...(all.length > 0 ? { errors: all } : {}),
    ...(Object.keys(extensions).length > 0 ? { extensions } : {}),
  };
}
