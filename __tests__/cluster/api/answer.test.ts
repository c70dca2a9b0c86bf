/** Answers of the API server, and of what stands before it. */
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { objectIn, pageIn, refusalIn } from '../../../src/cluster/api/answer.ts';
import { errorKindOf } from '../../../src/cluster/stderr.ts';

const status = (body: object): string => JSON.stringify({ kind: 'Status', ...body });

test.each([
  [401, status({ reason: 'Unauthorized', message: 'Unauthorized' }), 'unauthorized'],
  [
    403,
    status({ reason: 'Forbidden', message: 'x is forbidden: User "u" cannot list resource "x"' }),
    'forbidden',
  ],
  [
    404,
    status({ reason: 'NotFound', message: 'the server could not find the requested resource' }),
    'unknown-resource',
  ],
  [429, status({ reason: 'TooManyRequests', message: 'later' }), 'throttled'],
  [410, status({ reason: 'Expired', message: 'too old' }), 'transient'],
  [500, status({ reason: 'InternalError', message: 'etcd' }), 'transient'],
  [400, status({ message: 'admission webhook "x" denied the request: no' }), 'refused'],
  // The proxy's.
  [500, 'dial tcp 10.0.0.1:443: connect: connection refused\n', 'unreachable'],
  [500, 'getting credentials: exec: executable aws not found', 'plug-in'],
  [502, 'tls: failed to verify certificate: x509: certificate signed by unknown authority', 'untrusted'],
  [502, 'EOF', 'unreachable'],
  // Of nobody known.
  [404, 'nothing here', 'garbled'],
  [404, '{}', 'garbled'],
  [404, '{"message":"x is forbidden: User u cannot list resource x"}', 'garbled'],
  [503, '<html>Sorry</html>', 'garbled'],
  [502, '<!DOCTYPE html>', 'garbled'],
])('%i %s is %s', (code, body, kind) => {
  expect(errorKindOf(refusalIn({ status: code, body }) ?? '')).toBe(kind);
});

test('what kubectl has printed: all there is, or before the words of the proxy', () => {
  const stderr = 'Error from server (TooManyRequests): later';
  expect(refusalIn({ status: 500, body: '', stderr })).toBe(stderr);
  const body = 'getting credentials: exec: executable sso failed with exit code 1\n';
  expect(refusalIn({ status: 500, body, stderr: 'sso: the session is over' })).toBe(
    'sso: the session is over\nUnable to connect to the server: getting credentials: exec: executable sso failed with exit code 1',
  );
});

test('a good answer is no refusal', () => {
  expect(refusalIn({ status: 201, body: '' })).toBeUndefined();
});

test.each([
  ['{"kind":"PodList","metadata":{},"items":[{"a":1}]}', [{ a: 1 }], ''],
  ['{"kind":"PodList","metadata":{"continue":"x"},"items":[]}', [], 'x'],
  ['{"kind":"PodList","metadata":{},"items":null}', [], ''],
])('a page: %s', (body, items, next) => {
  expect(pageIn({ status: 200, body })).toEqual({ code: 0, stderr: '', value: { items, next } });
});

test.each(['', '{}', '{"kind":"PodList","metad', '{"kind":"Pod","metadata":{},"items":[]}', '<html>'])(
  'no page: %s',
  (body) => {
    const { code, stderr } = pageIn({ status: 200, body });
    expect([code, errorKindOf(stderr)]).toEqual([1, 'garbled']);
  },
);

test('an object, one of another shape, and a refusal', () => {
  const schema = z.object({ a: z.number() });
  expect(objectIn({ status: 200, body: '{"a":1}' }, schema).value).toEqual({ a: 1 });
  expect(errorKindOf(objectIn({ status: 200, body: '{"a":"x"}' }, schema).stderr)).toBe('garbled');
  expect(objectIn({ status: 403, body: status({ message: 'no' }) }, schema)).toMatchObject({
    code: 1,
    stderr: 'Error from server: no',
  });
});
