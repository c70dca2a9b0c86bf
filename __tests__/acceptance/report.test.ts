/** What a run of acceptance/ tells at its end. */
import { expect, test } from '@jest/globals';
import { costOf, pricesPerHour } from '../../acceptance/frame/costs.ts';
import { reportOf } from '../../acceptance/frame/report.ts';

const clean = (value: unknown): unknown => String(value).replaceAll('987650123456', '111122223333');

test('the report has the facts, what went wrong, what is left with its command, and the cost', () => {
  const result = {
    problems: ['irsa/none: plan: verdict is error, not changes'],
    failure: 'cancelled',
    facts: [
      { id: 'sign-in-token' as const, verdict: 'as assumed' as const, seen: ['let in'] },
      { id: 'denied-by-iam' as const, verdict: 'other' as const, seen: ['User 987650123456 | other\nwords'] },
    ],
    left: [{ what: 'role x', byHand: 'aws iam delete-role --role-name x', why: 'in use' }],
    lived: [
      { what: 'cluster trial', seconds: 3_600, isGone: true },
      { what: 'secret x', seconds: 60, isGone: true },
      { what: 'role x', seconds: 60, isGone: false },
    ],
  };
  const text = reportOf(result, clean);
  expect(text).toContain('1 as assumed, 1 other, 0 not seen');
  expect(text).toContain('**The run ended early**: cancelled');
  expect(text).toContain('- irsa/none: plan: verdict is error, not changes');
  expect(text).toContain('- role x (in use): `aws iam delete-role --role-name x`');
  expect(text).toContain(
    String.raw`| \`denied-by-iam\` | other | User 111122223333 \| other words |`.replaceAll('\\`', '`'),
  );
  expect(text).toContain('the cluster was there for 60 minutes, 1 secrets for up to 1 minutes: about $0.20');
  expect(text).toContain('what is still there goes on to cost');
});

test('a named cluster costs little, one that is made says what', () => {
  expect(costOf([])).toContain('nothing that costs was made: about $0.0000');
  expect(pricesPerHour(true).join('\n')).toContain(
    'an EKS control plane in standard support: about $0.10 an hour',
  );
  expect(pricesPerHour(false)).toHaveLength(2);
});
