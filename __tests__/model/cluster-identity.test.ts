/** Certificates are told apart by what they are, not by how their text is laid out. */
import { expect, test } from '@jest/globals';
import { array, assert, constantFrom, integer, property, record, tuple, uint8Array } from 'fast-check';
import { certificatesIn } from '../../src/model/cluster-identity.ts';

const der = uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) =>
  Buffer.from(bytes).toString('base64'),
);
/** Line breaks of some width, as tools write them. */
const layout = record({
  width: integer({ min: 1, max: 76 }),
  end: constantFrom('\n', '\r\n', '\n  '),
});

function pem(body: string, { width, end }: { width: number; end: string }): string {
  const lines = body.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join(end);
}

test('gives each certificate of a bundle once, in order, whatever its line breaks and what stands between', () => {
  assert(
    property(array(tuple(der, layout), { maxLength: 5 }), constantFrom('', '# a root\n'), (all, between) => {
      const text = all.map(([body, how]) => between + pem(body, how)).join('');
      expect(certificatesIn(text + text)).toEqual([...new Set(all.map(([body]) => body))]);
    }),
  );
});

test('a key is no certificate, nor is a text cut off', () => {
  expect(certificatesIn('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n')).toEqual([]);
  expect(certificatesIn('-----BEGIN CERTIFICATE-----\nAAAA\n')).toEqual([]);
});
