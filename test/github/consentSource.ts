import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

/** A running consent source of somebody else's. */
export interface ConsentSource {
  readonly url: string;
  /** The subjects it was asked about, request by request. */
  readonly asked: readonly (readonly string[])[];
  readonly close: () => Promise<void>;
}

const body = z.object({ variables: z.object({ subjects: z.array(z.string()) }) });

/**
 * Serves the consent source protocol on a free loopback port, with the same word for everybody: known, in use of
 * the service today, nothing consented to and nothing refused.
 */
export async function startConsentSource(): Promise<ConsentSource> {
  const asked: (readonly string[])[] = [];
  const answer = async (request: IncomingMessage): Promise<string> => {
    const { subjects } = body.parse(JSON.parse(await text(request))).variables;
    asked.push(subjects);
    const states = subjects.map((subject) => ({
      subject,
      suspended: false,
      lastServiceUse: new Date().toISOString(),
      collectionMethods: [],
      entries: [],
    }));
    return JSON.stringify({ data: { _consentStates: { leaseMs: 0, states } } });
  };
  const server = createServer((request, response) => {
    void answer(request).then(
      (json) => response.setHeader('content-type', 'application/json').end(json),
      (error: unknown) => response.writeHead(400).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('The source does not listen on a TCP port.');
  return {
    url: `http://127.0.0.1:${String(address.port)}/graphql`,
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}
