import { expect, test } from '@jest/globals';
import { parseNamespaces } from '../../../src/cluster/kubectl/control-plane-rows.ts';

test('a namespace that is being deleted is told from the others', () => {
  const rows = ['on-its-way\t2026-11-24T10:00:00Z\t\t', 'default\t\t\t'];
  expect(parseNamespaces(`${rows.join('\n')}\n`)).toEqual([
    { name: 'on-its-way', terminating: true },
    { name: 'default' },
  ]);
});
