import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { guardSource } from '../../../policies/consent/source/guardedSource.ts';
import type { ConsentSource } from '../../../policies/consent/source/source.ts';
import { createMetrics } from '../../../gateway/watch/metrics.ts';
import { createWatch } from '../../../gateway/watch/watch.ts';

const hanging: ConsentSource = {
  read: async () => await new Promise(() => undefined),
  close: async () => await Promise.resolve(),
};

describe('a consent source that hangs', () => {
  it('is told of also while a read that tries it again waits for its time-out', async () => {
    const timeoutMs = 100;
    const guarded = guardSource(hanging, { timeoutMs, openMs: 10 });
    const metrics = createMetrics();
    const watch = createWatch({ logger: pino({ enabled: false }), metrics });
    watch.follow({
      audit: {
        isKeeping: () => true,
        stats: () => ({ kept: 0, lost: 0, waiting: 0, checkpointFailures: 0, undelivered: 0 }),
      },
      consent: { stats: () => ({ source: guarded.stats(), cache: null }) },
      generations: { current: () => null },
    });
    const read = async (subject: string): Promise<unknown> => await guarded.read([subject]).catch(() => null);
    expect(watch.readiness.answer().degraded).toEqual([]);

    await Promise.all(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(read));
    expect(guarded.stats().circuit).toBe('open');
    expect(watch.readiness.answer().degraded).toEqual(['consent-source']);

    await sleep(20);
    const trial = read('i');
    expect(guarded.stats().circuit).toBe('half-open');
    expect(watch.readiness.answer().degraded).toEqual(['consent-source']);
    expect(await metrics.text()).toMatch(/^sudare_degraded 1$/m);
    await trial;
    await guarded.close();
  });
});
