/** The check of what new pods would carry. */
import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import type { Forecast } from '../../src/model/evidence.ts';
import type { ControllerPod } from '../../src/model/host.ts';
import { FORECAST_CHECKS } from '../../src/verify/forecast.ts';
import { isVerified } from '../../src/verify/verify.ts';
import { controlPlane, intent } from '../support/factories.ts';
import { host, ROLE_ARN } from '../support/names.ts';
import { pod } from '../support/workloads.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';
import { byPod, checksOf, irsaWorld, podWorld, store } from './support.ts';

const NAME = 'injection-forecast';
type Carried = Parameters<typeof pod>[1];

const found = (forecast: Forecast | undefined, asked: Intent, parts = irsaWorld()) =>
  checksOf(asked, parts, {
    forecasts: new Map(forecast === undefined ? [] : [[host('a'), forecast]]),
  }).filter(({ check }) => check === NAME);

const said = (carried: Carried, asked: Intent, overrides: Partial<ControllerPod> = {}, parts = irsaWorld()) =>
  found({ kind: 'pod', pod: pod('a', carried, overrides) }, asked, parts).map(
    ({ status, detail }) => `${status}: ${detail}`,
  );

describe('what a pod made now would carry', () => {
  test.each<[Carried, Intent, string]>([
    ['irsa', intent(), `pass: a pod made now would come with ${ROLE_ARN} by IRSA`],
    ['pod-identity', byPod, 'pass: a pod made now would come with Pod Identity and nothing else'],
    [
      'nothing',
      intent(),
      "fail: a pod made now would not get the role: nothing was injected: it falls back to the node's role",
    ],
    [
      'nothing',
      byPod,
      "fail: a pod made now would not get the role: nothing was injected: it falls back to the node's role",
    ],
    ['irsa', byPod, 'fail: a pod made now would not get the role: it carries IRSA, not Pod Identity'],
  ])('%s', (carried, asked, expected) => {
    expect(said(carried, asked, {}, asked === byPod ? podWorld() : irsaWorld())).toEqual([expected]);
  });

  test('another role, or keys that a webhook adds, fail', () => {
    expect(said('other-irsa', intent())[0]).toMatch(/^fail: /);
    expect(said('irsa', intent(), { otherSources: ['AWS_ACCESS_KEY_ID'] })[0]).toMatch(
      /^fail: .*the SDK prefers AWS_ACCESS_KEY_ID/,
    );
  });

  test('stores that take tokens themselves don’t need it', () => {
    const jwt = store({ auth: 'jwt' });
    expect(said('nothing', intent(), {}, irsaWorld({ stores: [jwt] }))[0]).toMatch(
      /^warn: .*the stores here do without/,
    );
    expect(said('nothing', intent(), {}, irsaWorld({ stores: [jwt, store()] }))[0]).toMatch(/^fail: /);
    expect(said('other-irsa', intent(), {}, irsaWorld({ stores: [jwt] }))[0]).toMatch(/^fail: /);
    expect(said('nothing', byPod, {}, podWorld({ stores: [jwt] }))[0]).toMatch(/^fail: /);
  });
});

test('a sample that the cluster refuses is a warning with its words, and leaves the verification standing', () => {
  const refused: Forecast = { kind: 'refused', said: 'exceeded quota: few' };
  expect(found(refused, intent())).toMatchObject([
    { status: 'warn', detail: 'the cluster refuses the sample pod: exceeded quota: few' },
  ]);
  expect(isVerified(checksOf(intent(), irsaWorld(), { forecasts: new Map([[host('a'), refused]]) }))).toBe(
    true,
  );
});

test('there is no such check where the job may not try', () => {
  expect(found(undefined, intent())).toEqual([]);
  expect(checksOf(intent(), irsaWorld()).some(({ check }) => check === NAME)).toBe(false);
});

test('nothing is said of one that is not ready', () => {
  const parts = irsaWorld({ controlPlanes: [controlPlane('a', { notReady: 'it has no ID yet' })] });
  expect(found(undefined, intent(), parts)).toEqual([]);
});

test('what was not tried is unknown to the judgement alone', () => {
  const world = worldOf(intent(), irsaWorld());
  const [first] = world.placed;
  if (first === undefined) throw new Error('there is no host');
  const judged = FORECAST_CHECKS.map(([, judge]) =>
    judge(first, desiredOf(intent()), world, { simulation: { kind: 'unavailable', why: '' } }),
  );
  expect(judged).toEqual([{ status: 'unknown', detail: 'it was not tried' }]);
});
