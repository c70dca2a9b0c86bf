/** Comments in lists of inputs: what stands in one is not given. */
import { expect, test } from '@jest/globals';
import { problems, type With } from './support.ts';

const ARN = 'arn:aws:iam::111122223333:role/made-elsewhere';

test.each<With>([
  { 'role-arn': ARN, 'secret-prefixes': '# as before: prod/', 'kms-key-arns': '# none\n' },
  { namespaces: 'mxp-1-system', 'control-planes': '# all of them' },
])('a list of comments alone gives nothing that could stand beside another input: %j', (inputs) => {
  expect(problems(inputs)).toEqual([]);
});

test('a placeholder in a comment is none', () => {
  const said = problems({
    identity: 'pod-identity',
    'isolate-by': 'session-policy',
    'secret-prefixes': 'prod/ # was teams/{group}/',
  });
  expect(said).toEqual([expect.stringContaining('needs a placeholder in one of the prefixes')]);
});
