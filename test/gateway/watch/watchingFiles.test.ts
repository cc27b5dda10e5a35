import { readFile } from 'node:fs/promises';
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ERRORS } from '../../../gateway/errors.ts';
import { KNOWN_MESSAGES } from '../../../gateway/knownMessages.ts';
import { createMetrics } from '../../../gateway/watch/metrics.ts';
import { DEGRADED, MISSING } from '../../../gateway/watch/readiness.ts';
import { STATIC_DENIALS, SUBJECT_DENIALS } from '../../../policies/decision.ts';

/** An expression, and where it stands. */
interface Expression {
  readonly at: string;
  readonly text: string;
}

const dashboardSchema = z.object({
  panels: z.array(
    z.object({
      id: z.int(),
      title: z.string().min(1),
      gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
      targets: z.array(z.object({ expr: z.string(), legendFormat: z.string() })).default([]),
    }),
  ),
});

const alertsSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Sudare[A-Z]\w+$/),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[smh]$/)
            .optional(),
          labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
          annotations: z.strictObject({ summary: z.string().min(1), what: z.string().min(1) }),
        }),
      ),
    }),
  ),
});

const dashboard = dashboardSchema.parse(JSON.parse(await readFile('docs/watching/dashboard.json', 'utf8')));
const alerts = alertsSchema.parse(parse(await readFile('docs/watching/alerts.yaml', 'utf8')));
const page = await readFile('docs/watching.md', 'utf8');
const rules = alerts.groups.flatMap((group) => group.rules);

const expressions: readonly Expression[] = [
  ...dashboard.panels.flatMap(({ title, targets }) =>
    // Grafana puts a duration there.
    targets.map(({ expr }) => ({ at: title, text: expr.replaceAll('$__rate_interval', '5m') })),
  ),
  ...rules.map(({ alert, expr }) => ({ at: alert, text: expr })),
];

const metrics = createMetrics().all();
const ends = (type: string): readonly string[] =>
  type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
const series = new Set(metrics.flatMap(({ name, type }) => ends(type).map((end) => name + end)));

/** The texts of all nodes of a kind. `⚠` is what the parser could not read. */
function nodes({ text }: Expression, kind: string): readonly string[] {
  const found: string[] = [];
  parser.parse(text).iterate({
    enter: ({ name, from, to }) => {
      if (name === kind) found.push(text.slice(from, to));
    },
  });
  return found;
}

describe('the dashboard and the alert rules', () => {
  it('have something to read', () => {
    expect(dashboard.panels.length).toBeGreaterThan(15);
    expect(rules.length).toBeGreaterThan(10);
    expect(nodes({ at: 'here', text: 'sum(rate(x[5m])' }, '⚠')).not.toEqual([]);
  });

  it.each(expressions)('$at: $text', (expression) => {
    expect(nodes(expression, '⚠')).toEqual([]);
    const named = nodes(expression, 'Identifier').filter((name) => !name.startsWith('$'));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !series.has(name))).toEqual([]);
  });

  it('match outcomes and reasons that there are', () => {
    const outcomes = ['ok', 'errors', 'timeout', 'cancelled', 'failed', 'reloaded', 'refused'];
    const known = new Set([
      ...outcomes,
      'denied',
      ...Object.keys(ERRORS),
      ...KNOWN_MESSAGES.keys(),
      ...STATIC_DENIALS,
      ...SUBJECT_DENIALS,
    ]);
    const matched = expressions
      .flatMap((expression) => nodes(expression, 'UnquotedLabelMatcher'))
      .filter((matcher) => !matcher.startsWith('instance'))
      .flatMap((matcher) => (/"(.*)"/.exec(matcher)?.[1] ?? '').split('|'));
    expect(matched.length).toBeGreaterThan(5);
    expect(matched.filter((value) => !known.has(value))).toEqual([]);
  });

  it.each(rules.filter(({ expr }) => /\bincrease\(/.test(expr)))(
    '$alert fires on the first: what it counts is there from the start, at 0',
    async ({ expr }) => {
      const [, name = '', , matcher = ''] = /increase\((\w+)(\{([^}]*)\})?\[/.exec(expr) ?? [];
      const lines = (await createMetrics().text()).split('\n');
      const found = lines.filter((line) => line.startsWith(name) && line.includes(matcher));
      expect(found.length).toBeGreaterThan(0);
      expect(found.filter((line) => !line.endsWith(' 0'))).toEqual([]);
    },
  );

  it('tell of what is degraded', () => {
    expect(rules.map(({ expr }) => expr)).toContain('sudare_degraded > 0');
  });

  it('tell of a circuit that is not closed, since one is half-open while a trial waits for its time-out', () => {
    const { expr } = rules.find(({ alert }) => alert === 'SudareConsentCircuitOpen') ?? {};
    const [, operator, bound] = /^sudare_consent_circuit_state (>|==) (\d)$/.exec(expr ?? '') ?? [];
    const fires = (state: number): boolean =>
      operator === '>' ? state > Number(bound) : state === Number(bound);
    expect([0, 1, 2].map(fires)).toEqual([false, true, true]);
  });

  it('the panels lie beside one another, and have an id each', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });
});

describe('docs/watching.md', () => {
  const own = metrics.filter(({ name }) => name.startsWith('sudare_'));

  it('has all metrics, as they say of themselves, and no others', () => {
    const rows = own.map(({ name, type, help }) => [`\`${name}\``, type, help]);
    const table = [...page.matchAll(/^\| (`sudare_\w+`)\s+\| (\w+)\s+\| (.+?)\s+\|$/gm)];
    expect(table.map(([, ...cells]) => cells)).toEqual(rows);
  });

  it.each([
    { column: 'missing', known: MISSING },
    { column: 'degraded', known: DEGRADED.map((each) => each.replace(/^reload:.*/, 'reload:…')) },
  ])('has all that may be $column', ({ column, known }) => {
    const [, table = ''] =
      new RegExp(`^\\| \`${column}\` +\\| why.*\\|\\n((?:\\|.*\\n)+)`, 'm').exec(page) ?? [];
    const named = [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name);
    expect(named).toEqual([...new Set(known)]);
  });

  it('has all alerts', () => {
    const named = [...page.matchAll(/^\| `(Sudare\w+)`/gm)].map(([, name]) => name);
    expect(named).toEqual(rules.map(({ alert }) => alert));
  });
});
