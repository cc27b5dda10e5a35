import { expect, it } from 'vitest';
import { logLines } from './readAnswer.ts';

const FAILED = { message: 'It failed.', extensions: { code: 'SUBGRAPH_ERROR' } };

it.each([
  { name: 'nothing failed', body: { data: { a: 1 } }, outcome: 'OK', expected: 'as answered' },
  {
    name: 'a field failed',
    body: { data: {}, errors: [FAILED] },
    outcome: 'PARTIAL',
    expected: 'as answered',
  },
  {
    name: 'all failed',
    body: { data: null, errors: [FAILED] },
    outcome: 'SUBGRAPH_ERROR',
    expected: 'as answered',
  },
  { name: 'a failure is not told', body: { data: {}, errors: [FAILED] }, outcome: 'OK', expected: 'OK' },
  { name: 'a failure is made up', body: { data: {} }, outcome: 'PARTIAL', expected: 'PARTIAL' },
  {
    name: 'another failure is told',
    body: { data: null, errors: [FAILED] },
    outcome: 'OTHER',
    expected: 'OTHER',
  },
])('an outcome in the log, where $name', ({ body, outcome, expected }) => {
  const logged = `{"time":1,"outcome":"${outcome}","durationMs":1.5,"msg":"request"}\n`;
  const answer = { status: 200, headers: {}, text: JSON.stringify(body), sent: [], logged, audited: '' };
  expect(logLines(answer)).toBe(`{"outcome":"${expected}","msg":"request"}`);
});
