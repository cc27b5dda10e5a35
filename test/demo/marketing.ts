import { z } from 'zod';
import { sendTo, type TestAnswer } from '../gatewayHarness.ts';

/** The request of the main job, and what its answers are told apart by. */
export const FIVE_USERS = '{ users(first: 5) { id name email phone address { prefecture street } } }';

/** u_1 withdraws from marketing. */
export const WITHDRAW =
  'mutation { withdrawConsent(subject: "user:u_1", purpose: "marketing.recommendation") { effectiveInMs } }';

/** u_1 agrees to marketing again. */
export const GRANT =
  'mutation { grantConsent(subject: "user:u_1", purpose: "marketing.recommendation") { effectiveInMs } }';

/** Sends the main request as the marketing department does. */
export async function askForMarketing(url: string): Promise<TestAnswer> {
  return await sendTo(url, {
    client: 'mail-campaign',
    purpose: 'marketing.recommendation',
    query: FIVE_USERS,
  });
}

const written = z.record(z.string(), z.object({ effectiveInMs: z.number() }));

/** Sends one of the mutations above as `consent-desk` and gives its `effectiveInMs`. Throws where it was not written. */
export async function writeConsent(url: string, query: string): Promise<number> {
  const { data, text } = await sendTo(url, { client: 'consent-desk', query });
  const [payload] = Object.values(written.safeParse(data).data ?? {});
  if (payload === undefined) throw new Error(`The consent was not written: ${text}`);
  return payload.effectiveInMs;
}

const personal = {
  name: z.string(),
  email: z.string(),
  phone: z.string(),
  address: z.object({ prefecture: z.string(), street: z.string() }),
};
const users = z.object({ users: z.array(z.object({ id: z.string(), ...personal })) });

/** The users of an answer to the main request. Throws with the answer where it is of another shape. */
export function usersOf({ data, text }: TestAnswer): z.infer<typeof users>['users'] {
  const found = users.safeParse(data);
  if (!found.success) throw new Error(`An answer without the users asked for: ${text}`);
  return found.data.users;
}

/** The constants that stand for every personal value of the main request. */
export const ALL_MASKED = {
  name: '█████',
  email: '█████@masked.invalid',
  phone: '+█████',
  address: { prefecture: '█████', street: '█████' },
};

/** Ids of those of whom at least one personal value can be seen. */
export function shownIn(answer: TestAnswer): readonly string[] {
  return usersOf(answer)
    .filter((user) => JSON.stringify(user) !== JSON.stringify({ id: user.id, ...ALL_MASKED }))
    .map(({ id }) => id);
}

const report = z.object({
  masked: z.array(z.object({ coordinate: z.string(), rows: z.array(z.string()), reason: z.string() })),
});

/** From `extensions.privacy.masked`: `coordinate rows` to the reason. */
export function reasonsOf({ extensions }: TestAnswer): Readonly<Record<string, string>> {
  return Object.fromEntries(
    report
      .parse(extensions['privacy'])
      .masked.map(({ coordinate, rows, reason }) => [`${coordinate} ${rows.join(',')}`, reason]),
  );
}
