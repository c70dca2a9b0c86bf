/** Which mechanism is picked, and what each says of a pod. */
import { describe, expect, test } from '@jest/globals';
import { pickMechanism, podProblem } from '../../src/mechanisms/index.ts';
import type { PodExpectation } from '../../src/model/write.ts';
import { intent } from '../support/factories.ts';
import { ROLE_ARN } from '../support/names.ts';
import { type Carried, pod } from '../support/workloads.ts';

const irsa: PodExpectation = { kind: 'with-role', identity: 'irsa', roleArn: ROLE_ARN };
const pods: PodExpectation = { kind: 'with-role', identity: 'pod-identity', roleArn: ROLE_ARN };
const none: PodExpectation = { kind: 'without-role', roleArns: [ROLE_ARN], othersAssociation: false };
const others: PodExpectation = { ...none, othersAssociation: true };

test.each(['irsa', 'pod-identity'] as const)('%s is picked, and the other one is the other', (identity) => {
  const { mechanism, otherMechanism } = pickMechanism(intent({ identity }));
  expect(mechanism.identity).toBe(identity);
  expect(otherMechanism).not.toBe(mechanism);
  expect(pickMechanism(intent({ identity: otherMechanism.identity }))).toEqual({
    mechanism: otherMechanism,
    otherMechanism: mechanism,
  });
});

describe('what each mechanism is', () => {
  const { mechanism: byIrsa, otherMechanism: byPods } = pickMechanism(intent());

  test('checks: what they share in the same order, and what is their own', () => {
    const names = (mechanism: typeof byIrsa) => mechanism.checks.map(([name]) => name);
    const [first, ...shared] = names(byIrsa);
    expect(first).toBe('service-account-annotation');
    expect(names(byPods)).toEqual(['association', ...shared, 'credentials-fresh', 'agent']);
  });

  test('what they can and can not do', () => {
    const facts = ({
      worksWithoutInjection,
      endsWithoutRestart,
      takesRolesOfOtherAccounts,
    }: typeof byIrsa) => ({
      worksWithoutInjection,
      endsWithoutRestart,
      takesRolesOfOtherAccounts,
    });
    expect(facts(byIrsa)).toEqual({
      worksWithoutInjection: true,
      endsWithoutRestart: false,
      takesRolesOfOtherAccounts: true,
    });
    expect(facts(byPods)).toEqual({
      worksWithoutInjection: false,
      endsWithoutRestart: true,
      takesRolesOfOtherAccounts: false,
    });
    const needs = ({ needsPod, dependsOnNodes }: typeof byIrsa) => [needsPod, dependsOnNodes];
    expect([needs(byIrsa), needs(byPods)]).toEqual([
      [false, false],
      [true, true],
    ]);
  });

  test('only IRSA knows another mechanism that takes less room', () => {
    expect(byIrsa.trustQuotaAdvice).toEqual([expect.stringContaining('identity: pod-identity')]);
    expect(byPods.trustQuotaAdvice).toEqual([]);
  });
});

describe('what is wrong with a pod', () => {
  const rows: readonly (readonly [Carried, PodExpectation, string | undefined])[] = [
    ['irsa', irsa, undefined],
    ['pod-identity', irsa, 'it carries Pod Identity, not IRSA'],
    ['pod-identity', pods, undefined],
    ['irsa', pods, 'it carries IRSA, not Pod Identity'],
    ['nothing', none, undefined],
    ['irsa', none, `it still carries ${ROLE_ARN} by IRSA`],
    ['other-irsa', none, undefined],
    ['pod-identity', none, 'it still carries Pod Identity'],
    ['pod-identity', others, undefined],
    ['both', others, `it still carries ${ROLE_ARN} by IRSA`],
  ];
  test.each(rows)('%s, expecting %j', (carried, expectation, problem) => {
    expect(podProblem(pod('a', carried), expectation)).toBe(problem);
  });
});
