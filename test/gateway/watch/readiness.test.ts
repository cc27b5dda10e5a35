import { describe, expect, it } from 'vitest';
import { createReadiness, type Readiness, type ReadinessState } from '../../../gateway/watch/readiness.ts';

const well: ReadinessState = {
  isLoaded: () => true,
  isAuditInTrouble: () => false,
  isConsentSourceFailing: () => false,
};

interface Row {
  readonly name: string;
  readonly state: ReadinessState | null;
  readonly happens?: (readiness: Readiness) => void;
  readonly expected: Partial<ReturnType<Readiness['answer']>>;
}

const rows: readonly Row[] = [
  {
    name: 'before it follows a gateway',
    state: null,
    expected: { status: 'not-ready', missing: ['supergraph'] },
  },
  { name: 'with all that it needs', state: well, expected: { status: 'ready', missing: [], degraded: [] } },
  {
    name: 'without a supergraph',
    state: { ...well, isLoaded: () => false },
    expected: { status: 'not-ready', missing: ['supergraph'] },
  },
  {
    name: 'while records are not kept',
    state: { ...well, isAuditInTrouble: () => true },
    expected: { status: 'not-ready', missing: ['audit'] },
  },
  {
    name: 'while it is emptied',
    state: well,
    happens: ({ drain }) => drain(),
    expected: { status: 'not-ready', missing: ['draining'] },
  },
  {
    name: 'while the consent source fails',
    state: { ...well, isConsentSourceFailing: () => true },
    expected: { status: 'ready', missing: [], degraded: ['consent-source'] },
  },
  {
    name: 'after a reload that was refused',
    state: well,
    happens: ({ reloaded }) => reloaded('policy', 'refused'),
    expected: { status: 'ready', degraded: ['reload:policy'] },
  },
  {
    name: 'after a later one that was not',
    state: well,
    happens({ reloaded }) {
      reloaded('policy', 'refused');
      reloaded('supergraph', 'refused');
      reloaded('policy', 'reloaded');
    },
    expected: { status: 'ready', degraded: ['reload:supergraph'] },
  },
];

describe('readiness', () => {
  it.each(rows)('$name', ({ state, happens, expected }) => {
    const readiness = createReadiness();
    if (state !== null) readiness.follow(state);
    happens?.(readiness);
    expect(readiness.answer()).toMatchObject(expected);
  });
});
