/** Numbers in sentences. */
import { expect, test } from '@jest/globals';
import { countOf } from '../../src/model/count.ts';

test('one thing is told in the singular, none and several in the plural', () => {
  expect([0, 1, 2].map((count) => countOf(count, 'pod'))).toEqual(['0 pods', '1 pod', '2 pods']);
});

test('a plural that an s does not make is given', () => {
  expect([1, 3].map((count) => countOf(count, 'policy', 'policies'))).toEqual(['1 policy', '3 policies']);
});
