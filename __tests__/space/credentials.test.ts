/** How long a pod may hold older credentials. */
import { describe, expect, test } from '@jest/globals';
import { mayPredate } from '../../src/space/credentials.ts';
import { association } from '../support/factories.ts';
import { HOUR, ROLE_ARN, START } from '../support/names.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const changed = (overrides: Parameters<typeof association>[1] = {}) =>
  association('a', { modifiedAt: START, ...overrides });

describe('a pod may hold credentials from before its association changed', () => {
  test.each<[string, number, boolean]>([
    ['made an hour before', -HOUR, true],
    ['made in the same second', 0, true],
    ['made while EKS Auth may still serve the old one', 4 * SECOND, true],
    ['made as early as this action restarts it, in whole seconds', 9 * SECOND, false],
    ['made an hour later', HOUR, false],
  ])('%s: %s ms', (_when, age, expected) => {
    expect(mayPredate({ createdAt: START + age }, changed(), START + HOUR)).toBe(expected);
  });

  test.each<[string, number, boolean]>([
    ['made an hour before', -HOUR, true],
    ['made a second before', -SECOND, true],
    ['made in the same second, as Kubernetes writes it', 0, false],
    ['made a second later', SECOND, false],
  ])('where it was made then, and not changed since: %s', (_when, age, expected) => {
    const made = changed({ createdAt: START + 700, modifiedAt: START + 900 });
    expect(mayPredate({ createdAt: START + age }, made, START + HOUR)).toBe(expected);
  });

  test.each<[string, number, string | undefined, boolean]>([
    ['for six hours', 6 * HOUR, undefined, true],
    ['and a little more, since clocks differ', 6 * HOUR + 4 * MINUTE, undefined, true],
    ['no longer', 6 * HOUR + 6 * MINUTE, undefined, false],
    ['59 minutes with a target role', 59 * MINUTE, ROLE_ARN, true],
    ['and no longer', 65 * MINUTE, ROLE_ARN, false],
  ])('%s: %s ms later', (_how, later, targetRoleArn, expected) => {
    const target = targetRoleArn === undefined ? {} : { targetRoleArn };
    expect(mayPredate({ createdAt: START - HOUR }, changed(target), START + later)).toBe(expected);
  });
});
