/** The check of annotations. */
import { expect, test } from '@jest/globals';
import { host, OTHER_ROLE_ARN, ROLE_ARN } from '../support/names.ts';
import { settledIrsa } from '../support/settled.ts';
import { foundOf, withWorkloads } from './support.ts';

test.each([
  [ROLE_ARN, `pass: annotated with ${ROLE_ARN}`],
  [OTHER_ROLE_ARN, `fail: annotated with ${OTHER_ROLE_ARN}, not ${ROLE_ARN}`],
  [undefined, 'fail: the annotation is missing'],
])('%s', (roleArn, said) => {
  const serviceAccounts = [{ namespace: host('a'), ...(roleArn !== undefined && { roleArn }) }];
  const parts = withWorkloads(settledIrsa(['a']), { serviceAccounts });
  expect(foundOf('service-account-annotation', parts)).toBe(said);
});
