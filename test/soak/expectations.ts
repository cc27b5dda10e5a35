import { z } from 'zod';
import { generatePeople, type Person } from '../../subgraphs/people.ts';
import type { SoakAnswer } from './client.ts';

/** How many people an answer is about. */
export const PEOPLE = 20;

/** What every request of the load asks; `trade` comes from the subgraph that is killed now and then. */
export const QUERY = `{ users(first: ${String(PEOPLE)}) { id name email trade } }`;

/** Who may be shown: some always, some never, and some who change their minds. */
export interface Expectations {
  readonly people: readonly Person[];
  /** Ids of those who have given consent and keep to it; of those who refused, said nothing, or withdraw and come back. */
  readonly permitting: readonly string[];
  readonly refusing: readonly string[];
  readonly changing: readonly string[];
  /** Somebody's withdrawal was answered: from `from` on nothing of them may be shown to requests that begin then. */
  readonly withdrew: (id: string, from: number) => void;
  /** Somebody is about to give consent again. */
  readonly gives: (id: string) => void;
  /** A subgraph is down from now on, until `isUpAgain`: its fields may fail, and those that were asked meanwhile. */
  readonly isDown: () => void;
  readonly isUpAgain: () => void;
  /** The consent cache is disturbed: until `isQuietAgain` who permits may be masked for a while. */
  readonly isDisturbed: () => void;
  readonly isQuietAgain: () => void;
  /** Judges one answer. */
  readonly judge: (answer: SoakAnswer) => Verdict;
}

/** What is wrong with an answer; empty: nothing. */
export interface Verdict {
  readonly failed: string | null;
  /** Values that the answer must not hold, by whom they are about. */
  readonly leaked: readonly string[];
  /** The killed subgraph's fields are missing, which is as it should be. */
  readonly withoutTrade: boolean;
  /** Somebody who permits is masked, while that may be. */
  readonly masked: boolean;
}

const rows = z.array(
  z.object({ id: z.string(), name: z.string(), email: z.string(), trade: z.string().nullable() }),
);

/** How long after a disturbance its effects may be seen, in ms. */
const AFTER_MS = 5_000;

/** A time in which something may be otherwise. */
interface Window {
  readonly from: number;
  until: number;
}

/** Creates what is expected of the first people of the marketplace. */
export function createExpectations(): Expectations {
  const people = generatePeople().slice(0, PEOPLE);
  const idsAt = (...remainders: readonly number[]) =>
    people.filter((_, index) => remainders.includes(index % 5)).map(({ id }) => id);
  const changing = idsAt(4);
  const permitting = idsAt(0, 1);
  const refusing = idsAt(2, 3);
  /** Since when somebody who changes is hidden; `null`: they may be shown. */
  const hiddenSince = new Map<string, number | null>(changing.map((id) => [id, null]));
  const downs: Window[] = [];
  const disturbances: Window[] = [];

  const open = (windows: Window[]) => () => void windows.push({ from: performance.now(), until: Infinity });
  const shut = (windows: Window[]) => () => {
    const last = windows.at(-1);
    if (last !== undefined) last.until = performance.now() + AFTER_MS;
  };
  const touches = (windows: readonly Window[], { began, ended }: SoakAnswer): boolean =>
    windows.some(({ from, until }) => began <= until && ended >= from);

  function mustHide(id: string, { began }: SoakAnswer): boolean {
    if (refusing.includes(id)) return true;
    const since = hiddenSince.get(id) ?? null;
    return since !== null && began >= since;
  }

  return {
    people,
    permitting,
    refusing,
    changing,
    withdrew: (id, from) => void hiddenSince.set(id, from),
    gives: (id) => void hiddenSince.set(id, null),
    isDown: open(downs),
    isUpAgain: shut(downs),
    isDisturbed: open(disturbances),
    isQuietAgain: shut(disturbances),
    judge(answer) {
      const leaked = people.flatMap(({ id, name, email }) =>
        mustHide(id, answer) &&
        [name, email].some((value) => answer.text.includes(JSON.stringify(value).slice(1, -1)))
          ? [id]
          : [],
      );
      const result = (failed: string | null, more: Partial<Verdict> = {}): Verdict => ({
        failed,
        leaked,
        withoutTrade: false,
        masked: false,
        ...more,
      });
      if (answer.problem !== null) return result(answer.problem);
      // Where a whole call failed, the error stands at no single field.
      const wrong = answer.errors.find(
        ({ path, extensions: { code } }) =>
          code !== 'SUBGRAPH_ERROR' || (path.length > 0 && path.at(-1) !== 'trade'),
      );
      if (wrong !== undefined) return result(`an error at ${wrong.path.join('.')}: ${wrong.extensions.code}`);
      const withoutTrade = answer.errors.length > 0;
      if (withoutTrade && !touches(downs, answer))
        return result('the subgraph was up, but its fields failed');
      const found = rows.safeParse(answer.data?.['users']);
      if (!found.success || found.data.length !== PEOPLE)
        return result('the answer has not the shape asked for');
      if (!withoutTrade && found.data.some(({ trade }) => trade === null))
        return result('a trade is missing');
      const hidden = found.data.filter(({ id, name, email }) => {
        const person = people.find((each) => each.id === id);
        return permitting.includes(id) && (person?.name !== name || person.email !== email);
      });
      if (hidden.length === 0) return result(null, { withoutTrade });
      return touches(disturbances, answer)
        ? result(null, { withoutTrade, masked: true })
        : result(`${hidden[0]?.id ?? ''} permits and is masked`);
    },
  };
}
