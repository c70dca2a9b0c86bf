/** Prefixes of secrets and parameters: what they cover, and which are refused. */
import { describe, expect, test } from '@jest/globals';
import { coveredByCommon } from '../../src/config/prefixes.ts';
import {
  PARAMETER_NAME,
  PARAMETER_PREFIX,
  SECRET_NAME,
  SECRET_PREFIX,
} from '../../src/config/inputs/patterns.ts';

const said = (secrets: string, parameters = ''): readonly string[] =>
  coveredByCommon((name) =>
    name === 'secret-prefixes' ? secrets : name === 'parameter-prefixes' ? parameters : '',
  );

describe('what all may read', () => {
  test.each([
    ['prod/\nprod/{name}/', 'secret-prefixes', 'prod/', 'prod/{name}/'],
    ['p,prod/{name}/', 'secret-prefixes', 'p', 'prod/{name}/'],
  ])('must not cover what one has for itself: %j', (secrets, name, cover, own) => {
    const [first] = said(secrets);
    expect(first).toContain(`\`${name}\`: \`${cover}\`, which all may read, covers \`${own}\``);
  });

  test('whether a parameter begins with a slash or not', () => {
    expect(said('', '/app/\napp/{group}/')).toHaveLength(1);
    expect(said('', '/\n/app/{group}/')).toHaveLength(1);
  });

  test.each(['', 'prod/', '{name}/', 'shared/\nprod/{name}/', 'prod/{name}/\nprod/shared/'])(
    'may stand beside it: %j',
    (list) => {
      expect(said(list, list)).toEqual([]);
    },
  );

  test('is another service’s own affair', () => {
    expect(said('prod/', 'prod/{name}/')).toEqual([]);
  });
});

describe.each([
  ['secret prefix', SECRET_PREFIX, 'rds!'],
  ['secret', SECRET_NAME, 'arn:aws:x'],
  ['parameter prefix', PARAMETER_PREFIX, '/app/'],
  ['parameter', PARAMETER_NAME, '/app/x:1'],
])('a %s', (_what, pattern, plain) => {
  test.each(['{group}', '{name}/', 'a/{id}/b', '{namespace}', plain, '{group}-{name}'])(
    'may be … %s',
    (text) => {
      expect(pattern.test(text === plain ? text : `a${text}`)).toBe(true);
      expect(pattern.test(text)).toBe(true);
    },
  );

  test.each([
    '',
    '{team}',
    '{group',
    'group}',
    '{{group}}',
    '{GROUP}',
    '{}',
    '{group }',
    '*',
    'a*',
    '${a}',
    'a b',
  ])('may not be %j', (text) => {
    expect(pattern.test(text)).toBe(false);
  });
});
