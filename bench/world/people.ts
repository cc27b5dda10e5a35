import { FILLER, MASKED_HOST } from '../../policies/masks/marker.ts';

/** Personal fields `f0` … that `User` has for the growth table, beside the five of the scenarios. */
export const EXTRA_FIELDS = 50;

/** A synthetic person as the subgraph `accounts` knows them. */
export type Account = Readonly<Record<string, string>>;

/** Whether a person has consented to recommendations: two of three have. */
export function hasConsented(id: string): boolean {
  return numberOf(id) % 3 !== 0;
}

/** The number in an id such as `u_17`. */
export function numberOf(id: string): number {
  return Number(id.slice(id.indexOf('_') + 1));
}

/** People with this number, or a higher one, write Japanese. */
export const FIRST_JAPANESE = 1_000_000;

/** What `accounts` has of a person. Follows from the id alone. */
export function accountOf(id: string): Account {
  const n = numberOf(id);
  return n < FIRST_JAPANESE ? inEnglish(n) : { ...inEnglish(n), ...inJapanese(n) };
}

function inJapanese(n: number): Account {
  const given = pick(['愛子', '牡丹', '千恵', '大地', '恵美', '文雄', '五郎', '花'], n);
  const family = pick(['青木', '馬場', '千葉', '土井', '遠藤', '藤田', '後藤'], n);
  return {
    name: `${family} ${given} ${n}`,
    address: `東京都見本区例町${n % 47}-${n % 13}-${n % 7}`,
    nickname: `${given}${n}`,
    skills: `イラスト、文章、講演の経験${n % 30}年。春と秋に仕事を探しています。ご相談ください。`,
  };
}

function inEnglish(n: number): Account {
  const given = pick(['Aiko', 'Botan', 'Chie', 'Daichi', 'Emi', 'Fumio', 'Goro', 'Hana'], n);
  const family = pick(['Aoki', 'Baba', 'Chiba', 'Doi', 'Endo', 'Fujita', 'Goto'], n);
  const person: Record<string, string> = {
    name: `${given} ${family} ${n}`,
    email: `${given.toLowerCase()}.${n}@mail.example`,
    phone: `+81 3-0000-${String(n % 10_000).padStart(4, '0')}`,
    address: `${n % 47}-${n % 13}-${n % 7} Example-cho, Example-shi, Tokyo`,
    nickname: `${given.toLowerCase()}${n}`,
    plan: pick(['free', 'basic', 'team'], n),
    locale: pick(['ja-JP', 'en-GB', 'de-DE'], n),
    skills: `Drawing, writing and speaking for ${n % 30} years; looks for work in spring and autumn.`,
  };
  for (let field = 0; field < EXTRA_FIELDS; field += 1) person[`f${field}`] = `value ${field} of ${n}`;
  return person;
}

/** The same as a caller sees it whom the person has permitted nothing: the constants that stand for personal text. */
export function withoutConsent(account: Account): Account {
  const shown: Record<string, string> = { ...account };
  for (const field of ['name', 'nickname', 'address']) shown[field] = FILLER;
  for (let field = 0; field < EXTRA_FIELDS; field += 1) shown[`f${field}`] = FILLER;
  return { ...shown, email: `${FILLER}@${MASKED_HOST}`, phone: `+${FILLER}` };
}

/** One of the words, always the same for one number. */
export function pick(words: readonly string[], n: number): string {
  return words[n % words.length] ?? '';
}
