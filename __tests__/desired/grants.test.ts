/** Grants made of prefixes and keys. */
import { describe, expect, test } from '@jest/globals';
import { grantsOf, resourceArn, SECRET_SERVICES } from '../../src/desired/grants.ts';
import type { OwnedRole, ReferencedRole } from '../../src/model/config.ts';
import { cluster, intent, ownedRole } from '../support/factories.ts';
import { ROLE_ARN } from '../support/names.ts';
import { placeOf } from '../support/world-of.ts';

const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1';
const china = cluster({ partition: 'aws-cn', region: 'cn-north-1' });
const wide = ownedRole({
  secretPrefixes: ['b/', 'a/'],
  parameterPrefixes: ['/app/'],
  kmsKeyArns: [KEY, `${KEY}2`],
});

const grantsIn = (role: OwnedRole | ReferencedRole, on = cluster()) =>
  grantsOf({ role }, placeOf(intent({ role }), on).target);

/** Each key with the services that it is used through. */
const keysOf = (role: OwnedRole) =>
  grantsIn(role).keys.map(({ keyArn, via }) => [keyArn, ...via.map(({ service }) => service.name)]);

/** The ARNs of one path by both services. */
const arnsOf = (path: string, on = cluster()) =>
  SECRET_SERVICES.map((service) => resourceArn(service, path, placeOf(intent(), on).target));

describe('what may be read', () => {
  test('every prefix of either service, as the user wrote it and as an ARN pattern', () => {
    expect(
      grantsIn(wide).reads.map(({ service, prefix, resource }) => [service.name, prefix, resource]),
    ).toEqual([
      ['secretsmanager', 'b/', 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:b/*'],
      ['secretsmanager', 'a/', 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:a/*'],
      ['ssm', '/app/', 'arn:aws:ssm:eu-central-1:111122223333:parameter/app/*'],
    ]);
  });

  test('of a role made elsewhere nothing is known', () => {
    expect(grantsIn({ kind: 'referenced', arn: ROLE_ARN })).toEqual({
      reads: [],
      own: [],
      keys: [],
      assumes: [],
    });
  });

  test('parameters have one slash, whether the prefix has one or not', () => {
    expect(arnsOf('/app/')[1]).toBe(arnsOf('app/')[1]);
    expect(arnsOf('a', china)).toEqual([
      'arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:a',
      'arn:aws-cn:ssm:cn-north-1:111122223333:parameter/a',
    ]);
  });
});

describe('the keys', () => {
  test('each through the services that are read from, and no others', () => {
    expect(keysOf(wide)).toEqual([
      [KEY, 'secretsmanager', 'ssm'],
      [`${KEY}2`, 'secretsmanager', 'ssm'],
    ]);
    expect(keysOf(ownedRole({ kmsKeyArns: [KEY] }))).toEqual([[KEY, 'secretsmanager']]);
    expect(keysOf({ ...wide, secretPrefixes: [], kmsKeyArns: [KEY] })).toEqual([[KEY, 'ssm']]);
    expect(keysOf(ownedRole())).toEqual([]);
  });

  test.each([
    ['aws', ['amazonaws.com']],
    ['aws-cn', ['amazonaws.com', 'amazonaws.com.cn']],
    ['aws-us-gov', ['amazonaws.com']],
    ['aws-eusc', ['amazonaws.eu']],
    ['aws-iso', ['c2s.ic.gov']],
    ['aws-iso-b', ['sc2s.sgov.gov']],
  ])('%s: the services by their names there, the usual one first', (partition, suffixes) => {
    const [key] = grantsIn(ownedRole({ kmsKeyArns: [KEY] }), cluster({ partition })).keys;
    expect(key?.via.map(({ hosts }) => hosts)).toEqual([
      suffixes.map((suffix) => `secretsmanager.eu-central-1.${suffix}`),
    ]);
  });
});
