/** Tags compared as IAM and as EKS compare them. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { differingTags, tagValue } from '../../src/policy/tags.ts';

const key = fc.stringMatching(/^[a-zA-Z:-]{1,8}$/);
const tags = fc.dictionary(key, fc.constantFrom('a', 'A', ''));

test.each([
  ['iam', 'Team', 'x'],
  ['iam', 'TEAM', 'x'],
  ['iam', 'team ', undefined],
  ['eks', 'Team', 'x'],
  ['eks', 'TEAM', undefined],
] as const)('in %s, key %s is %s', (service, name, value) => {
  expect(tagValue({ Team: 'x' }, name, service)).toBe(value);
});

test('values have case; what is there besides is no difference', () => {
  expect(differingTags({ a: 'x', b: 'y', c: 'z' }, { A: 'x', B: 'Y', d: '' }, 'iam')).toEqual({
    b: 'y',
    c: 'z',
  });
});

test('in IAM no spelling of a key differs from another; whatever is added, nothing differs any more', () => {
  fc.assert(
    fc.property(tags, tags, (desired, actual) => {
      const shouting = Object.fromEntries(
        Object.entries(desired).map(([name, value]) => [name.toUpperCase(), value]),
      );
      const single = Object.keys(shouting).length === Object.keys(desired).length;
      fc.pre(single);
      expect(differingTags(desired, shouting, 'iam')).toEqual({});
      const missing = differingTags(desired, actual, 'eks');
      expect(differingTags(desired, { ...actual, ...missing }, 'eks')).toEqual({});
    }),
  );
});
