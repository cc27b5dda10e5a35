import { bulkhead, BulkheadRejectedError } from 'cockatiel';
import { GraphQLError } from 'graphql';
import type { ConsentContext } from '../consentContext.ts';

/** Has reads of the access record come one after the other. */
export interface AccessTurns {
  /**
   * Reads as soon as it is this one's turn. Throws `TOO_MANY_CONNECTIONS` where the request has asked for its share,
   * `ACCESSES_BUSY` where too many wait, and what `read` throws.
   */
  readonly take: <T>(context: Pick<ConsentContext, 'connections'>, read: () => Promise<T>) => Promise<T>;
}

/** Of `accesses` and `provisions` in one request, by whatever names. */
const MOST_CONNECTIONS = 10;
/** At a time: of the pool's ten connections, most stay for consents. */
const MOST_READS = 2;
/** Of some requests more. Each may take the statement time-out, so that nobody waits for who is behind these. */
const MOST_WAITING = 40;

/**
 * Reads that may be slow, since they sort all that is on record about a person, and are for the asking of each one.
 *
 * INVARIANT: nobody's reading of the access record keeps others from deciding about their data.
 * Test: test/subgraphs/consent/accesses/accessTurns.test.ts, "meanwhile".
 */
export function createAccessTurns(): AccessTurns {
  const turns = bulkhead(MOST_READS, MOST_WAITING);
  return {
    take: async ({ connections }, read) => {
      connections.asked += 1;
      if (connections.asked > MOST_CONNECTIONS) {
        throw refusal(
          'TOO_MANY_CONNECTIONS',
          `A request may ask for "accesses" and "provisions" ${MOST_CONNECTIONS} times.`,
        );
      }
      try {
        return await turns.execute(read);
      } catch (error) {
        if (!(error instanceof BulkheadRejectedError)) throw error;
        throw refusal('ACCESSES_BUSY', 'Too many ask for what is in the access record. Try again later.');
      }
    },
  };
}

function refusal(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
