/** The values that the Spaces release has to have. */
import { expect, test } from '@jest/globals';
import { chartValues } from '../../src/desired/chart-values.ts';
import type { Intent } from '../../src/model/config.ts';
import { intent, releaseIntent } from '../support/factories.ts';
import { ROLE_ARN } from '../support/names.ts';
import { ANNOTATION_PATH } from '../support/settled.ts';
import { desiredOf, placeOf } from '../support/world-of.ts';

const valuesFor = (overrides: Partial<Intent>) => {
  const asked = intent(overrides);
  return chartValues(desiredOf(asked), placeOf(asked).target).map(({ id, path, value }) => [id, path, value]);
};
const SHARED_SECRETS = ['helm/shared-secrets', ['features', 'alpha', 'sharedSecrets', 'enabled'], true];

test('IRSA: the annotation on the service accounts, and Shared Secrets on', () => {
  expect(valuesFor({ identity: 'irsa' })).toEqual([
    ['helm/annotation', ANNOTATION_PATH, ROLE_ARN],
    SHARED_SECRETS,
  ]);
});

test('Pod Identity needs no annotation', () => {
  expect(valuesFor({ identity: 'pod-identity' })).toEqual([SHARED_SECRETS]);
});

test('the switch where the user says it is, and every pod label as a value of its own', () => {
  const release = releaseIntent({
    sharedSecretsValue: ['on'],
    podLabels: { team: 'a', 'example.com/b': 'c' },
  });
  const labels = ['controlPlanes', 'sharedSecrets', 'pod', 'customLabels'];
  expect(valuesFor({ identity: 'pod-identity', release })).toEqual([
    ['helm/shared-secrets', ['on'], true],
    ['helm/pod-labels', [...labels, 'team'], 'a'],
    ['helm/pod-labels', [...labels, 'example.com/b'], 'c'],
  ]);
});
