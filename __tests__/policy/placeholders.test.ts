/** Placeholders in prefixes, filled in for one control plane. */
import { expect, test } from '@jest/globals';
import { expand, placeholdersIn, withoutPlaceholders } from '../../src/policy/placeholders.ts';

const VALUES = { group: 'team-a', name: 'ctp', id: '1', namespace: 'mxp-1-system' };

test.each([
  ['prod/', [], 'prod/'],
  ['{group}/{name}/', ['group', 'name'], 'team-a/ctp/'],
  ['{name}/{group}/{name}', ['group', 'name'], 'ctp/team-a/ctp'],
  ['x-{namespace}-{id}', ['id', 'namespace'], 'x-mxp-1-system-1'],
  // Of no control plane: plain text, which no input lets through.
  ['{team}/{Group}', [], '{team}/{Group}'],
])('%s', (text, names, expanded) => {
  expect(placeholdersIn(text)).toEqual(names);
  expect(expand(text, VALUES)).toBe(expanded);
});

test('what is not known makes no text at all, and a value is no placeholder', () => {
  expect(expand('a/{id}/', { name: 'x' })).toBeUndefined();
  expect(expand('{name}/{id}', { name: '{id}', id: '$&' })).toBe('{id}/$&');
});

test('the same in place of each', () => {
  expect(withoutPlaceholders('a/{group}/{name}/', '*')).toBe('a/*/*/');
});
