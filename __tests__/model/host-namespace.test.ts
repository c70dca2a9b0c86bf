/** The name of host namespaces, made and read. */
import { expect, test } from '@jest/globals';
import {
  HOST_NAMESPACE_PATTERN,
  hostNamespaceName,
  idInHostNamespace,
  isHostNamespaceName,
} from '../../src/model/host-namespace.ts';
import { fits } from '../../src/policy/patterns.ts';

test('an id makes the name that it is found in again', () => {
  expect(hostNamespaceName('4f1c')).toBe('mxp-4f1c-system');
  expect(idInHostNamespace('mxp-4f1c-system')).toBe('4f1c');
});

test.each(['team-a', 'mxp-4f1c', 'x-mxp-4f1c-system', 'mxp-4f1c-system-2'])('%s is another name', (name) => {
  expect(isHostNamespaceName(name)).toBe(false);
  expect(idInHostNamespace(name)).toBeUndefined();
});

test.each(['mxp-4f1c-system', 'mxp--system', 'mxp-system', 'team-a'])('IAM judges %s alike', (name) => {
  expect(fits(HOST_NAMESPACE_PATTERN, name)).toBe(isHostNamespaceName(name));
});
