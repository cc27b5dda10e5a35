import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { connectStream } from '../../../../gateway/audit/streamConnection.ts';
import { stampLine } from '../../../../policies/record/recordLine.ts';
import type { ChainHead, RecordEvent, RecordGroup } from '../../../../policies/record/recordLine.ts';

/** Writes lines as one gateway would. */
export interface Writer {
  readonly line: (event?: Partial<RecordEvent>) => string;
}

/** A group that shows something of these subjects in full, by notice. */
export function shown(subjects: readonly string[], more: Partial<RecordGroup> = {}): RecordGroup {
  return {
    decision: 'full',
    reason: 'NOTIFIED',
    categories: ['contact.email'],
    coordinates: ['User.email'],
    subjects: [...subjects],
    ...more,
  };
}

/** A new chain. */
export function createWriter(name = 'gw'): Writer {
  let head: ChainHead = { chain: `${name}/${randomUUID()}`, sequence: 0, hash: '' };
  return {
    line: (event = {}) => {
      const full: RecordEvent = {
        time: '2026-05-01T00:00:00.000Z',
        traceId: 't',
        client: 'support-desk',
        endUser: null,
        actor: 'op_7',
        recipient: 'internal',
        recipientKind: 'internal',
        purpose: 'service.support',
        ground: null,
        justification: null,
        policyRevision: '2020-05-08',
        operation: null,
        inputs: [],
        groups: [shown(['reference-of-someone'])],
        ...event,
      };
      const stamped = stampLine(JSON.stringify(full), head);
      head = stamped.head;
      return stamped.line;
    },
  };
}

/** Another line with the very same place in its chain. */
export function rivalOf(line: string): string {
  const { chain, sequence, previous, hash: _, ...event } = z.looseObject(PLACE).parse(JSON.parse(line));
  const head = { chain, sequence: sequence - 1, hash: previous };
  return stampLine(JSON.stringify({ ...event, client: 'rival' }), head).line;
}

const PLACE = { chain: z.string(), sequence: z.number(), previous: z.string(), hash: z.string() };

/** Appends to the record's stream as a gateway does. */
export async function appendTo(url: string, lines: readonly string[]): Promise<void> {
  const connection = connectStream(url);
  try {
    await connection.append(lines);
  } finally {
    connection.close();
  }
}
