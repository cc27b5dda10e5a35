import type { Dispatcher } from 'undici';
import type { ConsentMapping } from './consentMapping.ts';
import { inBatches } from './inBatches.ts';
import { notAsMapped, readMappedStates, valueAt } from './mappedStates.ts';
import { checkAnswer, ConsentUnavailableError, type ConsentSource, type SourceAnswer } from './source.ts';
import { badStatus, createSourceClient, type SourceReply, type SourceRequest } from './sourceClient.ts';
import type { ConsentState } from '../state.ts';

/**
 * Options of `createHttpConsentSource`.
 * `url`: of the consent system's API, http or https; the mapping's path is appended. `timeoutMs`: of one read.
 * `dispatcher`: of undici, to share connections; closed by its owner.
 */
export interface HttpConsentSourceOptions {
  readonly url: string;
  readonly mapping: ConsentMapping;
  readonly timeoutMs: number;
  readonly dispatcher?: Dispatcher;
}

/** What stands for a subject of whom the system says nothing, where the mapping takes that for no entries. */
const NOTHING = {
  suspended: false,
  lastServiceUse: null,
  collectionMethods: [],
  entries: [],
  reference: null,
};

/**
 * A consent source that speaks JSON of its own over HTTP, asked and understood as a mapping says.
 * Throws `TypeError` for a URL that is not http or https, or has a query or a fragment.
 */
export function createHttpConsentSource(options: HttpConsentSourceOptions): ConsentSource {
  const { mapping } = options;
  const url = URL.parse(options.url);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new TypeError(
      'The consent URL must be an absolute http:// or https:// URL, without a query where there is a mapping.',
    );
  }
  const client = createSourceClient(options);
  const naming = namingOf(mapping);
  const requestFor = requestsOf(mapping, options.url);
  const stateOf = readMappedStates(mapping);
  const one = mapping.answer.form === 'one';
  const batches = { size: one ? 1 : mapping.request.batch, parallel: mapping.request.parallel };

  function missing(subject: string): ConsentState {
    if (mapping.answer.missing === 'empty') return { subject, ...NOTHING };
    throw new ConsentUnavailableError('The consent source left out somebody who was asked about.');
  }

  function understood(subjects: readonly string[], json: unknown): readonly ConsentState[] {
    const said = saidBySubject(mapping, subjects, naming, json);
    return subjects.map((subject) =>
      said.has(subject) ? stateOf(subject, said.get(subject)) : missing(subject),
    );
  }

  async function ask(
    subjects: readonly string[],
    call: (request: SourceRequest) => Promise<SourceReply>,
  ): Promise<SourceAnswer> {
    const { status, json } = await call(requestFor(subjects.map(naming.idOf)));
    const { leaseMs, notFound } = mapping.answer;
    if (status === 404 && one) {
      if (notFound === 'empty')
        return { leaseMs, states: subjects.map((subject) => ({ subject, ...NOTHING })) };
      throw new ConsentUnavailableError('The consent source does not know somebody.', { fault: 'question' });
    }
    if (status !== 200) throw badStatus(status);
    return { leaseMs, states: understood(subjects, json) };
  }

  return {
    accepts: naming.accepts,
    read: async (subjects, signal) =>
      await client.within(signal, async (call) => {
        if (!subjects.every(naming.accepts)) {
          throw new ConsentUnavailableError('The consent source does not know ids of that form.', {
            fault: 'question',
          });
        }
        const answer = await inBatches(
          [...new Set(subjects)],
          batches,
          async (batch) => await ask(batch, call),
        );
        const found = new Map(answer.states.map((state) => [state.subject, state]));
        return checkAnswer(subjects, {
          leaseMs: answer.leaseMs,
          states: subjects.flatMap((subject) => found.get(subject) ?? []),
        });
      }),
    close: client.close,
  };
}

/** How the system names subjects. */
interface Naming {
  readonly accepts: (subject: string) => boolean;
  /** Of a subject that is accepted; no two have the same. */
  readonly idOf: (subject: string) => string;
}

function namingOf({ request: { subjects } }: ConsentMapping): Naming {
  const prefix = subjects.namespace === undefined ? '' : `${subjects.namespace}:`;
  const idOf = (subject: string): string =>
    subjects.ids === 'local' ? subject.slice(prefix.length) : subject;
  return {
    idOf,
    accepts: (subject) => {
      if (!subject.startsWith(prefix)) return false;
      const id = idOf(subject);
      // An id must not lead to another's place: `..` goes up in a path, and a separator ends an id in a query.
      const moves = subjects.in === 'path' && (id === '.' || id === '..');
      const parts = subjects.separator !== undefined && id.includes(subjects.separator);
      return id !== '' && id.isWellFormed() && !moves && !parts;
    },
  };
}

type RequestFor = (ids: readonly string[]) => SourceRequest;

function requestsOf({ request, headers: given }: ConsentMapping, base: string): RequestFor {
  const { method, path = '', subjects, body } = request;
  const url = base.replace(/\/$/, '') + path;
  const headers = { accept: 'application/json', ...given };
  switch (subjects.in) {
    case 'path':
      return ([id = '']) => ({
        url: url.replaceAll('{subject}', () => encodeURIComponent(id)),
        method,
        headers,
      });
    case 'query':
      return (ids) => {
        const query = new URLSearchParams();
        const values = subjects.separator === undefined ? ids : [ids.join(subjects.separator)];
        for (const value of values) query.append(subjects.parameter ?? '', value);
        return { url: `${url}?${query.toString()}`, method, headers };
      };
    case 'body':
      return (ids) => ({
        url,
        method,
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(withAt(body, subjects.at?.split('.') ?? [], ids)),
      });
  }
}

/** A copy of `body` with `value` at a path. */
function withAt(body: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  const inside = valueAt(body, step);
  const around = typeof body === 'object' && body !== null ? body : {};
  return { ...around, [step]: withAt(inside, rest, value) };
}

/**
 * What the answer says, by subject.
 *
 * INVARIANT: an answer that speaks of somebody who was not asked about, or of somebody twice, says nothing of
 * anybody. Test: test/policies/consent/source/httpSource.test.ts, "others".
 */
function saidBySubject(
  { answer: { form, states: path }, state }: ConsentMapping,
  subjects: readonly string[],
  { idOf }: Naming,
  json: unknown,
): ReadonlyMap<string, unknown> {
  const bySubjectId = new Map(subjects.map((subject) => [idOf(subject), subject]));
  const said = new Map<string, unknown>();
  const note = (id: unknown, about: unknown): void => {
    const subject = bySubjectId.get(textOf(id) ?? '');
    if (subject === undefined || said.has(subject)) throw aboutOthers();
    said.set(subject, about);
  };
  const found = valueAt(json, path);
  switch (form) {
    case 'list':
      if (!Array.isArray(found)) throw notAsMapped(path);
      for (const each of found) note(valueAt(each, state.subject?.from), each);
      return said;
    case 'bySubject':
      if (!isObject(found)) throw notAsMapped(path);
      for (const [id, each] of Object.entries(found)) {
        note(id, each);
        if (state.subject !== undefined) same(id, valueAt(each, state.subject.from));
      }
      return said;
    case 'one': {
      if (found === undefined || found === null) return said;
      const [subject = ''] = subjects;
      if (state.subject !== undefined) same(idOf(subject), valueAt(found, state.subject.from));
      said.set(subject, found);
      return said;
    }
  }
}

function same(id: string, named: unknown): void {
  if (textOf(named) !== id) throw aboutOthers();
}

/** An id as text. A number beyond those that JSON keeps apart could be another's. */
function textOf(id: unknown): string | null {
  if (typeof id === 'string') return id;
  return Number.isSafeInteger(id) ? String(id) : null;
}

function aboutOthers(): ConsentUnavailableError {
  return new ConsentUnavailableError('The consent source answered about others than it was asked about.');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
