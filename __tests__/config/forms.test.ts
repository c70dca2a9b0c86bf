/** Forms of inputs: which texts are understood, and as what. */
import { describe, expect, test } from '@jest/globals';
import { INPUT_NAMES, type InputName } from '../../src/config/inputs/index.ts';
import { COMPANIONS, EXAMPLES, type Examples } from './examples.ts';
import { problems } from './support.ts';

const rows = (kind: keyof Examples): readonly (readonly [InputName, string])[] =>
  INPUT_NAMES.flatMap((name) => EXAMPLES[name][kind].map((value) => [name, value] as const));

describe('every input', () => {
  test.each(rows('good'))('%s understands `%s`', (name, value) => {
    expect(problems({ ...COMPANIONS[name], [name]: value })).toEqual([]);
  });

  test.each(rows('bad'))('%s refuses `%s`, by its name', (name, value) => {
    const said = problems({ ...COMPANIONS[name], [name]: value });
    expect(said[0]).toMatch(new RegExp(`^ {2}- \`${name}\`: .*(is not understood; allowed: .+)\\.$`));
  });

  test.each(INPUT_NAMES)('an expression that came out empty in %s means the default', (name) => {
    const required: readonly InputName[] = ['identity', 'cluster-name', 'secret-prefixes'];
    expect(problems({ [name]: ' \n ' })).toHaveLength(required.includes(name) ? 1 : 0);
  });
});

test.each([
  ['role-duration', '3600', '3600 seconds: `1h`'],
  ['role-duration', '5400', '5400 seconds: `90m`'],
  ['wait-timeout', '90', '90 seconds: `90s`'],
  ['wait-timeout', '0600', '600 seconds: `10m`'],
] as const)('%s: %s is told with its unit', (name, text, said) => {
  expect(problems({ [name]: text })[0]).toContain(`(${said}).`);
});

test.each(['899', '43201', '0', '1.5'])('role-duration: %s would not do with a unit either', (text) => {
  expect(problems({ 'role-duration': text })[0]).not.toContain('seconds: ');
});
