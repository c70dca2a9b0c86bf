/** IRSA: what pods carry, whom the role trusts, how the role is assumed. */
import { describe, expect, test } from '@jest/globals';
import { irsa } from '../../src/mechanisms/irsa.ts';
import type { ControllerPod } from '../../src/model/host.ts';
import type { Assumed } from '../../src/model/proof-ports.ts';
import { association, intent, issuerless } from '../support/factories.ts';
import { host, ISSUER, ISSUER_HOST, OTHER_ROLE_ARN, PROVIDER_ARN, ROLE_ARN } from '../support/names.ts';
import { IRSA, settledIrsa } from '../support/settled.ts';
import { type Carried, pod } from '../support/workloads.ts';
import { placeOf } from '../support/world-of.ts';
import { assumed, hostIn, principal, recording, request, target } from './support.ts';

const CARRIED: readonly Carried[] = ['nothing', 'irsa', 'other-irsa', 'pod-identity', 'both'];

describe('the pods', () => {
  test.each<[Carried, Partial<ControllerPod>, string | undefined]>([
    ['irsa', {}, undefined],
    ['nothing', {}, "nothing was injected: it falls back to the node's role"],
    ['other-irsa', {}, `it carries another role, ${OTHER_ROLE_ARN}`],
    ['pod-identity', {}, 'it carries Pod Identity, not IRSA'],
    ['both', {}, 'it carries Pod Identity, not IRSA'],
    ['irsa', { irsaAudience: 'x' }, 'its token is for x, not sts.amazonaws.com'],
  ])('%s %j: %s', (carried, overrides, problem) => {
    expect(irsa.podProblem(pod('a', carried, overrides), ROLE_ARN)).toBe(problem);
  });

  test('a token without audience is for none', () => {
    const { irsaAudience: _audience, ...bare } = pod('a', 'irsa');
    expect(irsa.podProblem(bare, ROLE_ARN)).toBe('its token is for no audience, not sts.amazonaws.com');
  });

  test('the role is what the annotation has put into the pod, whatever else is in there', () => {
    const ofHost = hostIn(IRSA, settledIrsa(['a']));
    const having = CARRIED.filter((carried) => irsa.podHasRole(pod('a', carried), ofHost, ROLE_ARN));
    expect(having).toEqual(['irsa', 'both']);
    // The next pod gets it by the annotation, unless an association wins.
    const byBoth = hostIn(IRSA, settledIrsa(['a'], { associations: [association('a')] }));
    expect([ofHost, byBoth].map((one) => irsa.givesRole(one, ROLE_ARN))).toEqual([true, false]);
    expect(irsa.carried(ROLE_ARN)).toBe(`${ROLE_ARN} by IRSA`);
    expect(irsa.annotation(ROLE_ARN)).toBe(ROLE_ARN);
  });
});

const providerWith = (...audiences: readonly string[]) => ({ arn: PROVIDER_ARN, audiences, tags: {} });

describe('the trust', () => {
  const document = irsa.trust({ ...request, scope: 'exact', namespaces: [host('a')] });

  test('its own trust policy admits it and not a token for another audience, which STS takes when the provider lists it', () => {
    expect(irsa.admits(document, request).kind).toBe('admitted');
    const asked = irsa.unrelatedOrigins('x', request, providerWith('sts.amazonaws.com', 'vault'));
    expect(asked).toEqual([{ who: 'tokens for audience vault', request: { ...request, audience: 'vault' } }]);
    expect(asked.map((one) => irsa.admits(document, one.request).kind)).toEqual(['refused']);
    expect(irsa.unrelatedOrigins('x', request, providerWith('sts.amazonaws.com'))).toEqual([]);
    expect(irsa.unrelatedOrigins('x', request, undefined)).toEqual([]);
  });

  test('STS looks at the provider first', () => {
    const { target: bare } = placeOf(intent(), issuerless());
    expect(irsa.originProblem(target, providerWith('vault', 'sts.amazonaws.com'))).toBeUndefined();
    expect(irsa.originProblem(target, providerWith('vault'))).toContain(
      'does not list audience sts.amazonaws.com',
    );
    expect(irsa.originProblem(target, undefined)).toContain(`there is no OIDC provider ${PROVIDER_ARN}`);
    expect(irsa.originProblem(bare, undefined)).toBeUndefined();
  });

  test('a token always says whose it is', () => {
    expect([true, false].map((sessionTags) => irsa.tellsNamespace({ ...request, sessionTags }))).toEqual([
      true,
      true,
    ]);
  });
});

const sessionProblem = (overrides: Partial<Assumed>, on = target) =>
  irsa.sessionProblem(assumed(overrides), hostIn(IRSA, settledIrsa(['a'])), on);

describe('the way to the role', () => {
  test('a token for STS, and the role with it', async () => {
    const { dependencies, tokens, calls } = recording(undefined, true);
    expect(await irsa.assume(dependencies, principal)).toMatchObject({ kind: 'assumed' });
    const { namespace, serviceAccount } = principal;
    expect(tokens).toEqual([{ namespace, serviceAccount, audience: 'sts.amazonaws.com' }]);
    expect(calls).toEqual([['web identity', ROLE_ARN, 'the token', true]]);
  });

  test('without a token nothing is asked of AWS', async () => {
    const { dependencies, calls } = recording({ kind: 'absent', why: 'nobody' });
    expect(await irsa.assume(dependencies, principal)).toEqual({ kind: 'absent', why: 'nobody' });
    expect(calls).toEqual([]);
  });

  test.each([PROVIDER_ARN, ISSUER, ISSUER_HOST])('through %s', (provider) => {
    expect(sessionProblem({ provider })).toBeUndefined();
  });

  test('through another provider, or into another role', () => {
    expect(sessionProblem({ provider: `${PROVIDER_ARN}X` })).toBe(
      `assumed through provider ${PROVIDER_ARN}X, not ${PROVIDER_ARN}`,
    );
    expect(sessionProblem({})).toBe(`assumed through provider , not ${PROVIDER_ARN}`);
    const other = assumed().assumedRole.replace('/session', '-2/session');
    expect(sessionProblem({ assumedRole: other, provider: PROVIDER_ARN })).toBe(
      `assumed ${other}, not ${ROLE_ARN}`,
    );
  });

  test('the provider of a role in another account is that account’s', () => {
    const arn = 'arn:aws:iam::444455556666:role/reader';
    const elsewhere = placeOf(intent({ role: { kind: 'referenced', arn } })).target;
    const assumedRole = 'arn:aws:sts::444455556666:assumed-role/reader/session';
    expect(
      sessionProblem({ assumedRole, provider: elsewhere.trustedProviderArn }, elsewhere),
    ).toBeUndefined();
    expect(sessionProblem({ assumedRole, provider: PROVIDER_ARN }, elsewhere)).toContain(
      'not arn:aws:iam::4444',
    );
  });
});
