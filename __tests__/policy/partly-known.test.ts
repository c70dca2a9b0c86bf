/** What is decided of a request of which only a part is known holds whatever the rest is: the other evaluation is told all of it. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { evaluatePolicies, evaluateTrust } from '../../sandbox/aws/policy/evaluate.ts';
import { evaluate, type Evaluation } from '../../src/policy/evaluate.ts';
import { ACCOUNT, PROVIDER_ARN, ROLE_ARN } from '../support/names.ts';
import { accessStatements, requests, trustStatements } from './arbitraries.ts';
import { documentOf, READ, SECRET, STS } from './known-request.ts';

/** What a decision leaves open to the other evaluation: what nothing allows may be denied outright besides. */
const AGREEING: Readonly<Record<Evaluation['decision'], readonly string[]>> = {
  allowed: ['Allowed'],
  'explicit-deny': ['ExplicitlyDenied'],
  'implicit-deny': ['ImplicitlyDenied', 'ExplicitlyDenied'],
  unknown: ['Allowed', 'ImplicitlyDenied', 'ExplicitlyDenied'],
};

/** How often each decision came out: a test of nothing but `unknown` would show nothing. */
const counted = (): { readonly seen: Map<string, number>; readonly note: (decision: string) => void } => {
  const seen = new Map<string, number>();
  return { seen, note: (decision) => seen.set(decision, (seen.get(decision) ?? 0) + 1) };
};

test('access policies', () => {
  const { seen, note } = counted();
  fc.assert(
    fc.property(accessStatements, requests, (statements, { context, whole }) => {
      const document = documentOf(...statements);
      const { decision } = evaluate([document], { action: READ, resource: SECRET, context });
      note(decision);
      const request = {
        principal: ROLE_ARN,
        account: ACCOUNT,
        action: READ,
        resource: SECRET,
        context: whole,
      };
      const policies = [{ name: 'inline', document: JSON.stringify(document) }];
      expect(AGREEING[decision]).toContain(evaluatePolicies(request, policies));
    }),
    { numRuns: 3000 },
  );
  expect([...seen.keys()].toSorted()).toEqual(['allowed', 'explicit-deny', 'implicit-deny', 'unknown']);
});

test('trust policies', () => {
  const { seen, note } = counted();
  fc.assert(
    fc.property(trustStatements, requests, (statements, { context, whole }) => {
      const document = documentOf(...statements);
      const principal = { kind: 'Federated' as const, name: PROVIDER_ARN };
      const { decision } = evaluate([document], { principal, action: STS, context });
      note(decision);
      const request = {
        principal: PROVIDER_ARN,
        account: ACCOUNT,
        action: STS,
        resource: ROLE_ARN,
        context: whole,
      };
      expect(AGREEING[decision]).toContain(evaluateTrust(request, JSON.stringify(document)));
    }),
    { numRuns: 3000 },
  );
  expect([...seen.keys()].toSorted()).toEqual(['allowed', 'explicit-deny', 'implicit-deny', 'unknown']);
});
