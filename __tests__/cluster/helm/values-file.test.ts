/** The text of the values file. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { valuesFile, wholeValuesFile } from '../../../src/cluster/helm/values-file.ts';
import { setValue } from './setup.ts';

test('paths become nested maps; a key keeps its dots and slashes; null stays', () => {
  const text = valuesFile([
    setValue(['a', 'b', 'eks.amazonaws.com/role-arn'], 'arn'),
    setValue(['a', 'b', 'gone'], null),
    setValue(['a', 'c'], { d: [1, true] }),
    { op: 'upgrade-anew', revision: 4, deployedVersion: '1.17.1' },
  ]);
  expect(JSON.parse(text)).toEqual({
    a: { b: { 'eks.amazonaws.com/role-arn': 'arn', gone: null }, c: { d: [1, true] } },
  });
});

test('a later update wins over an earlier one in its way', () => {
  const text = valuesFile([
    setValue(['a', 'b'], 1),
    setValue(['a', 'b', 'c'], 2),
    setValue(['a', 'd', 'e'], 3),
    setValue(['a', 'd'], 4),
  ]);
  expect(JSON.parse(text)).toEqual({ a: { b: { c: 2 }, d: 4 } });
});

test('all values of the user, with what is set and what is taken out; a null of the user stays', () => {
  const own = { a: { b: { gone: null, kept: 1 }, none: null }, c: 'x' };
  const updates = [
    setValue(['a', 'b', 'gone'], null),
    setValue(['a', 'b', 'new'], 'y'),
    setValue(['d', 'e', 'f'], true),
    setValue(['c', 'g'], null),
    setValue(['h', 'i'], null),
    { op: 'upgrade-anew', revision: 4, deployedVersion: '1.17.1' } as const,
  ];
  expect(JSON.parse(wholeValuesFile(own, updates))).toEqual({
    a: { b: { kept: 1, new: 'y' }, none: null },
    c: 'x',
    d: { e: { f: true } },
  });
  expect(JSON.parse(wholeValuesFile({ c: 'x' }, [setValue(['c', 'g'], 1)]))).toEqual({ c: { g: 1 } });
});

test('any key is a key like any other', () => {
  const key = fc.oneof(fc.string(), fc.constant('__proto__'), fc.constant('constructor'));
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 5 }), (path) => {
      const text = valuesFile([setValue(path, 'x')]);
      const compact = text.replaceAll(/\n */g, '').replaceAll('": ', '":');
      const open = path.map((each) => `{${JSON.stringify(each)}:`).join('');
      expect(compact).toBe(`${open}"x"${'}'.repeat(path.length)}`.replaceAll('": ', '":'));
    }),
  );
});
