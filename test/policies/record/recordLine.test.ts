import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  parseRecordLine,
  stampLine,
  trueHash,
  type ChainHead,
  type RecordEvent,
} from '../../../policies/record/recordLine.ts';

const NEW: ChainHead = { chain: 'gw-1/5f3b2a10-0000-4000-8000-000000000001', sequence: 0, hash: '' };

const EVENT: RecordEvent = {
  time: '2026-01-01T00:00:00.000Z',
  traceId: 't',
  client: 'desk',
  endUser: null,
  actor: null,
  recipient: 'internal',
  recipientKind: 'internal',
  purpose: 'service',
  ground: null,
  justification: 'says "},"hash":"簾"}',
  policyRevision: '2020-05-08',
  operation: null,
  inputs: [{ coordinate: 'Query.find(email:)', categories: ['contact.email'], use: 'lookup' }],
  groups: [
    {
      decision: 'full',
      reason: 'NOTIFIED',
      categories: ['contact.email'],
      coordinates: ['User.mail'],
      subjects: ['k.x'],
    },
  ],
};

const first = stampLine(JSON.stringify(EVENT), NEW);
const second = stampLine(JSON.stringify(EVENT), first.head);

describe('a line', () => {
  it('says what its event says, after its place and before its hash', () => {
    expect(Object.keys(Object(JSON.parse(first.line)))).toEqual([
      'chain',
      'sequence',
      'previous',
      ...Object.keys(EVENT),
      'hash',
    ]);
    expect(parseRecordLine(first.line)).toEqual({
      ...EVENT,
      chain: NEW.chain,
      sequence: 1,
      previous: '',
      hash: first.head.hash,
    });
  });

  it('names the one before it, and hashes all before its hash', () => {
    expect(parseRecordLine(second.line)).toMatchObject({ sequence: 2, previous: first.head.hash });
    expect(second.head).toEqual({ chain: NEW.chain, sequence: 2, hash: second.head.hash });
    const text = second.line.slice(0, second.line.lastIndexOf(',"hash":'));
    expect(second.head.hash).toBe(createHash('sha256').update(text).digest('base64url'));
  });

  it('has its hash as text and as bytes', () => {
    expect(trueHash(first.line)).toBe(first.head.hash);
    expect(trueHash(Buffer.from(first.line))).toBe(first.head.hash);
  });

  it('has another hash once any of its bytes is another', () => {
    const bytes = Buffer.from(first.line);
    const kept = bytes.findIndex((byte, at) => {
      const altered = Buffer.from(bytes);
      altered[at] = byte ^ 0x80;
      return trueHash(altered) === first.head.hash;
    });
    // None before the hash; in the hash itself the line no longer ends as one does.
    expect(kept).toBe(-1);
  });
});

describe('no line is read from', () => {
  const changed = (change: object): string =>
    JSON.stringify({ ...Object(JSON.parse(first.line)), ...change });
  it.each([
    ['nothing', ''],
    ['a part', first.line.slice(0, -1)],
    ['two in one', first.line + second.line],
    ['another object', '{}'],
    ['a list', '[]'],
    ['a chain without a boot', changed({ chain: 'gw-1' })],
    ['a sequence below 1', changed({ sequence: 0 })],
    ['a sequence between numbers', changed({ sequence: 1.5 })],
    ['a hash of another length', changed({ hash: 'x' })],
    ['an unknown decision', changed({ groups: [{ ...EVENT.groups[0], decision: 'perhaps' }] })],
    ['a time that is none', changed({ time: 'yesterday' })],
  ])('%s', (_, text) => {
    expect(parseRecordLine(text)).toBe(null);
  });

  it('and no hash from what ends otherwise', () => {
    for (const text of ['', '{}', first.line.slice(1, -1), `${first.line}\n`])
      expect(trueHash(text)).toBe(null);
  });
});
