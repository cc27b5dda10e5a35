import { z } from 'zod';
import type { SoakClient } from './client.ts';

/** What marketing is asked for by, and what it needs consent to. */
export const PURPOSE = 'marketing.recommendation';

const receipt = z.object({ effectiveInMs: z.number() });

/** What a person says of it. */
export type Said = 'grantConsent' | 'refuseConsent' | 'withdrawConsent';

/** Has the consent desk write down what a person says. @throws Error where it was not answered. */
export async function say(
  client: SoakClient,
  said: Said,
  id: string,
): Promise<{ readonly effectiveInMs: number; readonly began: number; readonly ended: number }> {
  const query = `mutation { said: ${said}(subject: "user:${id}", purpose: "${PURPOSE}") { effectiveInMs } }`;
  const { problem, data, errors, began, ended } = await client.send({ query, client: 'consent-desk' });
  const parsed = receipt.safeParse(data?.['said']);
  if (problem !== null || !parsed.success) {
    throw new Error(`${said} was not answered: ${problem ?? JSON.stringify(errors)}`);
  }
  return { effectiveInMs: parsed.data.effectiveInMs, began, ended };
}
