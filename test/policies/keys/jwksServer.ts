import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

/** JSON to answer with, or what answers. */
export type JwksAnswer = Readonly<Record<string, unknown>> | ((response: ServerResponse) => void);

/** An identity provider's key set over real HTTP; what it answers can be changed. */
export interface JwksServer {
  readonly url: string;
  /** How often it was asked since the start. */
  readonly asked: () => number;
  /** Answers with this set, or as the function does. */
  readonly answer: (next: JwksAnswer) => void;
  /** Stops listening; `start` listens on the same port again. */
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
}

/** Starts one on a free loopback port. */
export async function startJwksServer(keys: object): Promise<JwksServer> {
  let answer: (response: ServerResponse) => void = json(keys);
  let asked = 0;
  let server = createServer();
  let port = 0;
  const start = async (): Promise<void> => {
    server = createServer((_, response) => {
      asked += 1;
      answer(response);
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  };
  await start();
  return {
    url: `http://127.0.0.1:${port}/jwks`,
    asked: () => asked,
    answer: (next) => (answer = typeof next === 'function' ? next : json(next)),
    start,
    async stop() {
      if (!server.listening) return;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function json(body: object): (response: ServerResponse) => void {
  return (response) => {
    response.setHeader('content-type', 'application/jwk-set+json');
    response.end(JSON.stringify(body));
  };
}
