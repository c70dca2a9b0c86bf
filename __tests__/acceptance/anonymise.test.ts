/** Nothing in a fixture tells whose account it came from. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { anonymous } from '../../acceptance/frame/anonymise.ts';

const ISSUER = 'oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF';

test.each([
  ['arn:aws:iam::987650123456:role/x', 'arn:aws:iam::111122223333:role/x'],
  [
    `arn:aws:iam::987650123456:oidc-provider/${ISSUER}`,
    'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE',
  ],
  [
    'https://0123456789ABCDEF0123456789ABCDEF.gr7.eu-central-1.eks.amazonaws.com',
    'https://EXAMPLE.eu-central-1.eks.amazonaws.com',
  ],
  [
    'User: arn:aws:sts::987650123456:assumed-role/admin/jane.doe@example.com is not authorized',
    'User: arn:aws:sts::111122223333:assumed-role/admin/SESSION is not authorized',
  ],
  ['Request ID: 5c1b2f1e-0d4c-4a55-9a57-1f2c3d4e5f60', 'Request ID: 00000000-0000-0000-0000-000000000000'],
  ['AROAQ3EGSZYXH2EXAMPLE:session', 'AROAEXAMPLEEXAMPLE1:session'],
  // Not of an account: a namespace's id whose last part is digits alone, a time, a number with a point.
  ['mxp-5c1b2f1e-0d4c-4a55-9a57-123456789012-system', 'mxp-5c1b2f1e-0d4c-4a55-9a57-123456789012-system'],
  ['1764425000123', '1764425000123'],
])('%s', (own, other) => {
  expect(anonymous(own)).toBe(other);
});

test('keys, lists and times are looked at too; metadata of the answer is left out', () => {
  const at = new Date('2026-11-29T12:00:00Z');
  const value = { [`${ISSUER}:aud`]: ['987650123456'], at, $metadata: { requestId: 'x' }, none: undefined };
  expect(anonymous(value)).toEqual({
    'oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE:aud': ['111122223333'],
    at: '2026-11-29T12:00:00.000Z',
  });
});

test('what the run knows as its own is replaced wherever it stands, the longest first', () => {
  const known = { 'my-cluster': 'cluster', 'my-cluster-2': 'other' };
  expect(anonymous('my-cluster-2 and my-cluster', known)).toBe('other and cluster');
});

test('no account id is left in an ARN, wherever it stands', () => {
  const account = fc.stringMatching(/^\d{12}$/);
  const around = fc.string();
  fc.assert(
    fc.property(account, around, around, (id, before, after) => {
      fc.pre(id !== '111122223333' && !before.includes(id) && !after.includes(id));
      const text = `${before} arn:aws:eks:eu-central-1:${id}:cluster/x ${after}`;
      expect(JSON.stringify(anonymous({ text }))).not.toContain(`:${id}:`);
    }),
  );
});
