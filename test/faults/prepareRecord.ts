import { setTimeout as sleep } from 'node:timers/promises';
import { readAnswer, type Caller } from './call.ts';
import { SUBJECTS } from './scenario.ts';

const ATTEMPTS = 20;

/** Puts on record that those who are written about use the service. Throws where that does not succeed. */
export async function prepareRecord(callers: readonly Caller[]): Promise<void> {
  const [caller] = callers;
  if (caller === undefined) throw new TypeError('Expected a gateway to write through.');
  for (const subject of SUBJECTS) {
    const request = {
      client: 'consent-desk',
      query: 'mutation ($subject: ID!) { recordServiceUse(subject: $subject) { recordId } }',
      variables: { subject },
    };
    for (let attempt = 1; ; attempt += 1) {
      const called = await caller.call(request);
      const answer = called.kind === 'answered' ? readAnswer(called.text) : null;
      if (answer !== null && typeof answer !== 'string' && answer.errors.length === 0) break;
      const told = called.kind === 'answered' ? called.text : 'no answer';
      if (attempt === ATTEMPTS) throw new Error(`The use of the service could not be recorded: ${told}`);
      await sleep(250);
    }
  }
}
