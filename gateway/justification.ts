import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { badUserInput } from './errors.ts';

/** Longest justification that is kept. */
const MAX_JUSTIFICATION = 1_000;

/**
 * The free text that a request gives in `extensions.privacy.justification`, since headers are Latin-1.
 *
 * @throws a refusal with `BAD_USER_INPUT`.
 */
export function justificationOf({ request }: Pick<GatewayGraphQLRequestContext, 'request'>): string | null {
  const privacy: unknown = request.extensions?.['privacy'];
  if (typeof privacy !== 'object' || privacy === null || !('justification' in privacy)) return null;
  const { justification } = privacy;
  if (justification === null) return null;
  if (typeof justification === 'string' && justification.length <= MAX_JUSTIFICATION) return justification;
  throw badUserInput(`extensions.privacy.justification is text of up to ${MAX_JUSTIFICATION} characters.`);
}
