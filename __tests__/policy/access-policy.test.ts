/** The access policy that is made of grants. */
import { describe, expect, test } from '@jest/globals';
import type { OwnedRole } from '../../src/model/config.ts';
import { sessionPolicy } from '../../src/policy/access-policy.ts';
import { ownSessionPolicy, sessionPolicyText } from '../../src/policy/session-policy.ts';
import { commonAccess } from '../support/access.ts';
import { cluster, intent, ownedRole } from '../support/factories.ts';
import { desiredOf } from '../support/world-of.ts';

const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1';
const policyOf = (role: OwnedRole, on = cluster()) => commonAccess(desiredOf(intent({ role }), on).grants);

describe('the access policy', () => {
  test('reads under the prefixes, by both services, and decrypts through them only', () => {
    const role = ownedRole({ secretPrefixes: ['b/', 'a/'], parameterPrefixes: ['/app/'], kmsKeyArns: [KEY] });
    expect(policyOf(role)).toEqual({
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
    expect(policyOf(ownedRole()).Statement.map(({ Sid }) => Sid)).toEqual(['ReadSecrets']);
  });

  test('decrypts with several keys by one statement, for one control plane’s session too', () => {
    const { grants } = desiredOf(intent({ role: ownedRole({ kmsKeyArns: [`${KEY}2`, KEY] }) }));
    const decrypt = {
      Sid: 'DecryptThroughTheServices',
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: [KEY, `${KEY}2`],
      Condition: { StringEquals: { 'kms:ViaService': ['secretsmanager.eu-central-1.amazonaws.com'] } },
    };
    expect(commonAccess(grants).Statement.slice(1)).toEqual([decrypt]);
    const { reads, keys } = grants;
    const session = sessionPolicy(reads, { keys, assumes: { roles: [], actions: [] } });
    expect(session.Statement.slice(1)).toEqual([decrypt]);
    // It is known again for what it is.
    expect(ownSessionPolicy(sessionPolicyText(session))).toEqual(session);
  });

  test('decrypts only through services that are read from', () => {
    const [, decrypt] = policyOf(ownedRole({ kmsKeyArns: [KEY] })).Statement;
    expect(decrypt?.Condition).toEqual({
      StringEquals: { 'kms:ViaService': ['secretsmanager.eu-central-1.amazonaws.com'] },
    });
    const role = ownedRole({ secretPrefixes: [], parameterPrefixes: ['/a'], kmsKeyArns: [KEY] });
    const sids = policyOf(role).Statement.map(({ Sid }) => Sid);
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
    const [read, decrypt] = policyOf(role, cluster({ partition })).Statement;
    expect(decrypt?.Condition).toEqual({ StringEquals: { 'kms:ViaService': via } });
    expect(read?.Resource).toEqual([`arn:${partition}:ssm:eu-central-1:111122223333:parameter/a*`]);
  });
});
