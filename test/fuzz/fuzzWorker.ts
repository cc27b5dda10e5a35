import { fuzzRange } from './fuzzRange.ts';
import { rangeSchema, type RangeOutcome } from './inWorker.ts';

// One process of its own for each range: what libraries keep of thousands of schemas goes with it.
process.once('message', (message) => {
  void work(message);
});

async function work(message: unknown): Promise<void> {
  const { coverage, failures, ...result } = await fuzzRange(rangeSchema.parse(message));
  const outcome: RangeOutcome = { ...result, failures: [...failures], counts: { ...coverage.counts() } };
  process.send?.(outcome, () => process.disconnect());
}
