import { describe, expect, test } from '@jest/globals';
import { accessPolicy, parameterArn, secretArn } from '../../src/policy/access.ts';
import { accountOf, issuerPath, providerArn, roleArn, roleNameOf } from '../../src/policy/arn.ts';
import { cluster, intent, ownedRole } from '../support/factories.ts';
import { ISSUER, ISSUER_HOST, PROVIDER_ARN, ROLE_ARN } from '../support/names.ts';

const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1';
const china = cluster({ partition: 'aws-cn', region: 'cn-north-1' });

describe('the access policy', () => {
  test('reads under the prefixes, by both services, and decrypts through them only', () => {
    const role = ownedRole({ secretPrefixes: ['b/', 'a/'], parameterPrefixes: ['/app/'], kmsKeyArns: [KEY] });
    expect(accessPolicy(role, cluster())).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'ReadSecrets',
          Effect: 'Allow',
          Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
          Resource: [
            'arn:aws:secretsmanager:eu-central-1:111122223333:secret:a/*',
            'arn:aws:secretsmanager:eu-central-1:111122223333:secret:b/*',
          ],
        },
        {
          Sid: 'ReadParameters',
          Effect: 'Allow',
          Action: ['ssm:GetParameter', 'ssm:ListTagsForResource'],
          Resource: ['arn:aws:ssm:eu-central-1:111122223333:parameter/app/*'],
        },
        {
          Sid: 'DecryptThroughTheServices',
          Effect: 'Allow',
          Action: 'kms:Decrypt',
          Resource: [KEY],
          Condition: {
            StringEquals: {
              'kms:ViaService': [
                'secretsmanager.eu-central-1.amazonaws.com',
                'ssm.eu-central-1.amazonaws.com',
              ],
            },
          },
        },
      ],
    });
  });

  test('decrypts nothing without keys', () => {
    expect(accessPolicy(ownedRole(), cluster()).Statement.map((one) => one.Sid)).toEqual(['ReadSecrets']);
  });

  test('decrypts only through services that are read from', () => {
    const [, decrypt] = accessPolicy(ownedRole({ kmsKeyArns: [KEY] }), cluster()).Statement;
    expect(decrypt?.Condition).toEqual({
      StringEquals: { 'kms:ViaService': ['secretsmanager.eu-central-1.amazonaws.com'] },
    });
    const role = ownedRole({ secretPrefixes: [], parameterPrefixes: ['/a'], kmsKeyArns: [KEY] });
    const sids = accessPolicy(role, cluster()).Statement.map((one) => one.Sid);
    expect(sids).toEqual(['ReadParameters', 'DecryptThroughTheServices']);
  });

  test.each([
    ['aws-cn', ['ssm.eu-central-1.amazonaws.com', 'ssm.eu-central-1.amazonaws.com.cn']],
    ['aws-us-gov', ['ssm.eu-central-1.amazonaws.com']],
    ['aws-eusc', ['ssm.eu-central-1.amazonaws.eu']],
    ['aws-iso', ['ssm.eu-central-1.c2s.ic.gov']],
    ['aws-iso-b', ['ssm.eu-central-1.sc2s.sgov.gov']],
  ])('%s: the services by their names there', (partition, via) => {
    const role = ownedRole({ secretPrefixes: [], parameterPrefixes: ['/a'], kmsKeyArns: [KEY] });
    const [read, decrypt] = accessPolicy(role, cluster({ partition })).Statement;
    expect(decrypt?.Condition).toEqual({ StringEquals: { 'kms:ViaService': via } });
    expect(read?.Resource).toEqual([`arn:${partition}:ssm:eu-central-1:111122223333:parameter/a*`]);
  });

  test('parameters have one slash, whether the prefix has one or not', () => {
    expect(parameterArn(cluster(), '/app/')).toBe(parameterArn(cluster(), 'app/'));
    expect(secretArn(china, 'a')).toBe('arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:a*');
  });
});

test('ARNs', () => {
  expect(issuerPath(`${ISSUER}/`)).toBe(ISSUER_HOST);
  expect(providerArn(cluster(), ISSUER)).toBe(PROVIDER_ARN);
  expect(roleArn(intent(), cluster())).toBe(ROLE_ARN);
  const made = intent({ role: ownedRole({ path: '/a/b/', name: 'c' }) });
  expect(roleArn(made, china)).toBe('arn:aws-cn:iam::111122223333:role/a/b/c');
  const elsewhere = 'arn:aws:iam::444455556666:role/a/b/c';
  expect(roleArn(intent({ role: { kind: 'referenced', arn: elsewhere } }), cluster())).toBe(elsewhere);
  expect(roleNameOf(elsewhere)).toBe('c');
  expect([accountOf(elsewhere), accountOf('nothing')]).toEqual(['444455556666', '']);
});
