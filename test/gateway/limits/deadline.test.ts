import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDeadline } from '../../../gateway/limits/deadline.ts';
import { startSlowSubgraph, type SlowSubgraph } from './slowSubgraph.ts';

const left = (asked: string | undefined): number => {
  const deadline = startDeadline(1_000, asked);
  deadline.settle();
  return Math.ceil(deadline.left() / 100) * 100;
};

describe('a deadline', () => {
  it('gives what is there in time', async () => {
    const deadline = startDeadline(1_000, undefined);
    expect(await deadline.within(Promise.resolve(7))).toBe(7);
    deadline.settle();
    expect(deadline.signal.aborted).toBe(false);
  });

  it('is what the client asks for where that is shorter, and never longer', () => {
    expect([left(undefined), left('500'), left('5000'), left('999999999')]).toEqual([
      1_000, 500, 1_000, 1_000,
    ]);
  });

  it.each(['', '0', '-1', '1.5', '1e3', 'soon', '1s', ' 5', '0x10', '9999999999', '１'])(
    'that is no number of ms is refused: "%s"',
    (asked) => {
      expect(() => startDeadline(1_000, asked)).toThrow(/x-request-timeout/);
    },
  );

  it('refuses what comes too late, and aborts', async () => {
    const deadline = startDeadline(20, undefined);
    await expect(deadline.within(sleep(500))).rejects.toMatchObject({
      extensions: { code: 'DEADLINE_EXCEEDED', http: { status: 504 } },
    });
    expect([deadline.signal.aborted, deadline.left()]).toEqual([true, 0]);
  });

  it('refuses what came while everybody was kept waiting', async () => {
    const deadline = startDeadline(20, undefined);
    const busy = performance.now() + 60;
    while (performance.now() < busy);
    await expect(deadline.within(Promise.resolve(7))).rejects.toMatchObject({
      extensions: { code: 'DEADLINE_EXCEEDED' },
    });
  });

  it('that nobody waits for aborts at once', () => {
    const deadline = startDeadline(1_000, undefined);
    deadline.cancel();
    expect(deadline.signal.aborted).toBe(true);
  });
});

describe('over a running gateway', () => {
  let slow: SlowSubgraph;

  beforeAll(async () => (slow = await startSlowSubgraph({ requestMs: 1_000 })));

  afterAll(async () => await slow.close());

  it('an answer that is late is an error with a code, and the subgraph’s call is given up', async () => {
    const began = performance.now();
    const { status, errors, data } = await slow.gateway.send({ query: '{ slow }' });
    expect([status, data]).toEqual([504, undefined]);
    expect(errors).toMatchObject([{ extensions: { code: 'DEADLINE_EXCEEDED' } }]);
    expect(performance.now() - began).toBeLessThan(3_000);
    await slow.until(() => slow.calls.at(-1)?.outcome === 'cut off');
  });

  const sends = async (ms: number): Promise<number> => {
    const began = performance.now();
    const { status } = await slow.gateway.send({
      query: '{ slow }',
      headers: { 'x-request-timeout': String(ms) },
    });
    expect(status).toBe(504);
    return performance.now() - began;
  };

  it('a client may wait less, and not longer', async () => {
    expect(await sends(100)).toBeLessThan(900);
    expect(await sends(60_000)).toBeLessThan(5_000);
  });

  it('subgraphs are told how much time is left', async () => {
    await slow.gateway.send({ query: '{ fast }', headers: { 'x-request-timeout': '700' } });
    const told = Number(slow.calls.at(-1)?.timeout);
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThanOrEqual(700);
  });

  it('a mutation is not broken off, and its record is kept', async () => {
    const recorded = slow.gateway.audited().length;
    const { status } = await slow.gateway.send({
      query: 'mutation { write }',
      headers: { 'x-request-timeout': '100' },
    });
    expect(status).toBe(504);
    await slow.until(() => slow.calls.at(-1)?.outcome === 'answered');
    await slow.until(() => slow.gateway.audited().length > recorded);
  });

  it('a client that leaves cancels the call', async () => {
    const controller = new AbortController();
    const asked = fetch(slow.gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-client-id': 'support-desk' },
      body: JSON.stringify({ query: '{ slow }' }),
      signal: controller.signal,
    });
    const count = slow.calls.length;
    await slow.until(() => slow.calls.length > count);
    controller.abort();
    await expect(asked).rejects.toThrow(/abort/);
    await slow.until(() => slow.calls.at(-1)?.outcome === 'cut off');
  });
});
