/** Numbers and lists in sentences. */
import { expect, test } from '@jest/globals';
import { countOf, shortList } from '../../src/model/count.ts';

test('one thing is told in the singular, none and several in the plural', () => {
  expect([0, 1, 2].map((count) => countOf(count, 'pod'))).toEqual(['0 pods', '1 pod', '2 pods']);
});

test('a plural that an s does not make is given', () => {
  expect([1, 3].map((count) => countOf(count, 'policy', 'policies'))).toEqual(['1 policy', '3 policies']);
});

test('of a long list the first are named, and how many more there are', () => {
  const lists = [[], ['a'], ['a', 'b'], ['a', 'b', 'c', 'd']];
  expect(lists.map((names) => shortList(names, 2))).toEqual(['', 'a', 'a, b', 'a, b and 2 more']);
  expect(shortList(['a', 'b', 'c'], 2, '; ')).toBe('a; b and 1 more');
});
