import { expect, it } from 'vitest';
import { readMessage } from '../../bench/world/httpBytes.ts';

const cases = [
  { name: 'no whole head', given: 'HTTP/1.1 200 OK\r\ncontent-le', expected: null },
  {
    name: 'a body that is not all there',
    given: 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab',
    expected: null,
  },
  {
    name: 'a body by length',
    given: 'A\r\nContent-Length: 2\r\n\r\nabB\r\n',
    expected: { body: 'ab', rest: 'B\r\n' },
  },
  { name: 'no body', given: 'A\r\nx: y\r\n\r\nB', expected: { body: '', rest: 'B' } },
  {
    name: 'chunks that are not all there',
    given: 'A\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n',
    expected: null,
  },
  {
    name: 'chunks',
    given: 'A\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\nA\r\n0123456789\r\n0\r\n\r\nB',
    expected: { body: 'ab0123456789', rest: 'B' },
  },
];

it.each(cases)('reads $name', ({ given, expected }) => {
  const message = readMessage(Buffer.from(given));
  const found =
    message === null ? null : { body: message.body.toString(), rest: given.slice(message.length) };
  expect(found).toEqual(expected);
});
