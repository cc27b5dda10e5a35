import type {
  ExplainedAnnotation,
  ExplainedCase,
  ExplainedField,
  ExplainedInput,
  ExplainedRule,
  ExplainedSubject,
  Explanation,
} from './explanation.ts';
import type { PolicyPlace } from '../../policies/policyPlaces.ts';
import type { RemainingRow } from '../../policies/remainingRows.ts';

/** What is said of one field: a few words beside it, and the rest below. */
export interface Notes {
  readonly beside: string;
  readonly below: readonly string[];
}

type Files = Explanation['files'];

/** Puts an explained field into words. */
export function fieldNotes(field: ExplainedField, files: Files): Notes {
  const inputs = field.inputs.flatMap((input) => inputLines(input, files));
  const [only, ...others] = field.cases;
  if (only === undefined || others.length === 0) {
    const beside = [only === undefined ? ABSENT[field.fetch] : decided(only), fetched(field)];
    return {
      beside: beside.filter((each) => each !== '').join('; '),
      below: [...(only === undefined ? [] : ruleLines(only, files)), ...inputs],
    };
  }
  const cases = field.cases.flatMap((each) => [
    `${each.coordinates.join(', ')}: ${decided(each)}`,
    ...ruleLines(each, files).map((line) => `  ${line}`),
  ]);
  return {
    beside: ['differs', fetched(field)].filter((each) => each !== '').join('; '),
    below: [...cases, ...inputs],
  };
}

/** Of a field that stands in no place of the answer. */
const ABSENT: Readonly<Record<ExplainedField['fetch'], string>> = Object.freeze({
  asked: '',
  dropped: '',
  withheld: '',
  gateway: 'not personal',
  'left out': 'left out by @skip or @include',
  nowhere: 'on no type that can stand here',
});

function decided({ decision }: ExplainedCase): string {
  switch (decision.kind) {
    case 'not personal':
      return 'not personal';
    case 'within':
      return decision.denied
        ? `not shown, since ${decision.coordinate} is denied`
        : `not personal, shown where ${decision.coordinate} is`;
    case 'denied':
      return `denied: ${decision.reason} (row ${decision.row})`;
    case 'unresolved':
      return `denied: ${decision.reason} (row ${decision.row}), whatever the data`;
    case 'per subject':
      return `per subject: ${decision.level}, basis ${decision.basis}`;
  }
}

function fetched({ fetch, elsewhere }: ExplainedField): string {
  switch (fetch) {
    case 'dropped':
      return elsewhere.length === 0
        ? 'not fetched'
        : `not fetched for this, but of ${elsewhere.join(', ')} as a key, for @requires or elsewhere`;
    case 'withheld':
      return 'not fetched before all permit';
    case 'asked':
    case 'gateway':
    case 'left out':
    case 'nowhere':
      return '';
  }
}

function ruleLines({ decision, rule }: ExplainedCase, files: Files): readonly string[] {
  if (rule === null) return [];
  const lines = [`category ${rule.categories.join(', ')}; ${whenDenied(rule)}`];
  if (decision.kind === 'per subject') {
    const { level, fallback, rows } = decision;
    if (level === 'masked') lines.push(`masked by ${maskName(rule)}`);
    else if (fallback === 'masked') lines.push(`without consent masked by ${maskName(rule)}`);
    lines.push(`may still deny: ${rowsText(rows)}`);
  }
  if (rule.allow !== null) {
    lines.push(`only for ${rule.allow.length === 0 ? 'no purpose at all' : rule.allow.join(', ')}`);
  }
  if (rule.deny.length > 0) lines.push(`never for ${rule.deny.join(', ')}`);
  return [
    ...lines,
    ...rule.subjects.map(about),
    ...annotationLines([...rule.annotations, ...rule.subjects.flatMap((each) => each.annotations)], files),
    ...policyLines(rule.policy, files),
  ];
}

function whenDenied({ whenDenied: shown }: ExplainedRule): string {
  return shown.kind === 'rejected' ? 'denied: null and an error' : `denied: ${JSON.stringify(shown.value)}`;
}

/** `12 SUSPENDED or OBJECTED` */
function rowsText(rows: readonly RemainingRow[]): string {
  return [...Map.groupBy(rows, ({ row }) => row)]
    .map(([row, denials]) => `${row} ${denials.map(({ denial }) => denial).join(' or ')}`)
    .join(', ');
}

function maskName({ mask: { name, kind } }: ExplainedRule): string {
  return name === null ? 'the constant' : `${name} (${kind})`;
}

function about({ of, at, path, namespace, unresolved }: ExplainedSubject): string {
  if (of === null) return `about nobody known: ${unresolved ?? ''}`;
  const where = at === '' ? of : `${of} at ${at}`;
  const ids = path === '' ? 'nobody known' : `${namespace === '' ? '' : `${namespace}:`}{ ${path} }`;
  return `about ${ids} of ${where}${unresolved === null ? '' : `, unresolved: ${unresolved}`}`;
}

function inputLines(
  { coordinate, categories, use, permitted, ...from }: ExplainedInput,
  files: Files,
): readonly string[] {
  const verdict = permitted ? 'permitted' : use === 'write' ? 'refused, the client may not write' : 'refused';
  return [
    `${coordinate} ${use === 'write' ? 'writes' : 'looks up by'} ${categories.join(', ')}: ${verdict}`,
    ...annotationLines(from.annotations, files),
    ...policyLines(from.policy, files),
  ];
}

function annotationLines(
  annotations: readonly ExplainedAnnotation[],
  { supergraph }: Files,
): readonly string[] {
  return [
    ...new Set(
      annotations.map(
        ({ coordinate, line, text, why }) => `${supergraph}:${line} ${coordinate} ${text}, ${why}`,
      ),
    ),
  ];
}

function policyLines(places: readonly PolicyPlace[], { policy }: Files): readonly string[] {
  return [...new Set(places.map(({ entry, line }) => `${policy}:${line} ${entry}`))];
}
