/** The dry run of new pods: asked once, again only where this run's own writes may be on their way. */
import { expect, test } from '@jest/globals';
import { forecastAhead, forecastInjection } from '../../src/evidence/forecast.ts';
import type { Forecast, PodSample } from '../../src/model/evidence.ts';
import { association, controlPlane, intent } from '../support/factories.ts';
import { host, ROLE_ARN, SERVICE_ACCOUNT } from '../support/names.ts';
import { deployment, pod, running } from '../support/workloads.ts';
import { byPod, contextOf, scene } from './scene.ts';

/** A cluster that gives these answers, attempt by attempt; later ones are like the last. */
function answering(...answers: readonly ReadonlyMap<string, Forecast>[]) {
  const setup = scene(byPod);
  const asked: (readonly PodSample[])[] = [];
  const lines: string[] = [];
  const forecast = async (samples: readonly PodSample[]) => {
    asked.push(samples);
    const known = answers[asked.length - 1] ?? answers.at(-1) ?? new Map<string, Forecast>();
    const wanted = new Set(samples.map(({ namespace }) => namespace));
    return await Promise.resolve(new Map([...known].filter(([namespace]) => wanted.has(namespace))));
  };
  const log = {
    ...setup.read.log,
    debug: (line: string) => void lines.push(line),
    info: (line: string) => void lines.push(line),
  };
  const read = { ...setup.read, log, kubernetes: { ...setup.read.kubernetes, forecast } };
  return { ...setup, read, asked, lines };
}

const made = (name: string, carried: Parameters<typeof pod>[1]): [string, Forecast] => [
  host(name),
  { kind: 'pod', pod: pod(name, carried) },
];
const namespaces = (samples: readonly PodSample[]) => samples.map(({ namespace }) => namespace);

test('one question for all, with the labels of the controller’s own pods', async () => {
  const setup = answering(new Map([made('a', 'pod-identity'), made('b', 'pod-identity')]));
  const deployments = [deployment('a', { podLabels: { app: 'eso' } }), deployment('b')];
  const parts = { ...setup.parts, workloads: { ...setup.parts.workloads, deployments } };
  const found = await forecastInjection(contextOf({ ...setup, parts }, byPod));
  expect([...found.keys()]).toEqual([host('a'), host('b')]);
  expect(setup.asked).toHaveLength(1);
  expect(setup.asked[0]?.[0]).toEqual({
    namespace: host('a'),
    serviceAccount: SERVICE_ACCOUNT,
    labels: { app: 'eso' },
  });
  expect(setup.lines).toEqual([]);
});

test('what this run has written may be on its way: only those that lack it are tried again', async () => {
  const late = new Map([made('a', 'pod-identity'), made('b', 'nothing')]);
  const setup = answering(late, late, new Map([made('b', 'pod-identity')]));
  const writtenSince = setup.read.clock.now();
  const found = await forecastInjection(contextOf(setup, byPod, { writtenSince }));
  expect(setup.asked.map(namespaces)).toEqual([[host('a'), host('b')], [host('b')], [host('b')]]);
  expect(found.get(host('b'))).toMatchObject({ pod: { podIdentity: true } });
  expect(setup.lines[0]).toContain('tried again');
});

test('the wait ends', async () => {
  const setup = answering(new Map([made('a', 'nothing')]));
  const writtenSince = setup.read.clock.now();
  await forecastInjection(contextOf(setup, byPod, { writtenSince }));
  expect(setup.asked.length).toBeGreaterThan(3);
  expect(setup.read.clock.now() - writtenSince).toBeLessThanOrEqual(100_000);
});

test('the webhook may be passed by once: where nothing was written, there is one more look', async () => {
  const missed = new Map([made('a', 'nothing'), made('b', 'pod-identity')]);
  const setup = answering(missed, new Map([made('a', 'pod-identity')]));
  const found = await forecastInjection(contextOf(setup, byPod));
  expect(setup.asked.map(namespaces)).toEqual([[host('a'), host('b')], [host('a')]]);
  expect(found.get(host('a'))).toMatchObject({ pod: { podIdentity: true } });

  const bare = answering(new Map([made('a', 'nothing')]));
  const start = bare.read.clock.now();
  expect((await forecastInjection(contextOf(bare, byPod))).get(host('a'))).toMatchObject({
    pod: { podIdentity: false },
  });
  expect([bare.asked.length, bare.read.clock.now() - start]).toEqual([2, 1_000]);
});

test('nothing comes by another look at what was refused, or rests on nothing', async () => {
  const bare = answering(new Map([made('a', 'nothing')]));
  const refused = answering(new Map([[host('a'), { kind: 'refused', said: 'exceeded quota: few' }]]));
  await forecastInjection(contextOf(refused, byPod, { writtenSince: refused.read.clock.now() }));
  expect(refused.asked).toHaveLength(1);
  const parts = running({ a: 'nothing' }, { associations: [association('a', { roleArn: `${ROLE_ARN}-x` })] });
  await forecastInjection(contextOf({ ...bare, parts }, byPod, { writtenSince: bare.read.clock.now() }));
  expect(bare.asked).toHaveLength(1);
});

test('a job that may not try says so once', async () => {
  const setup = answering(new Map());
  const context = contextOf(setup, byPod, { writtenSince: setup.read.clock.now() });
  expect((await forecastInjection(context)).size).toBe(0);
  expect(setup.asked).toHaveLength(1);
  expect(setup.lines).toEqual(['no injection-forecast: the job may not create pods, not even in a dry run']);
});

test('of nobody that is ready nothing is asked', async () => {
  const setup = answering(new Map());
  const parts = running({ a: 'irsa' }, { controlPlanes: [controlPlane('a', { notReady: 'no ID yet' })] });
  expect((await forecastInjection(contextOf({ ...setup, parts }, intent()))).size).toBe(0);
  expect([setup.asked, setup.lines]).toEqual([[], []]);
});

/** Begun ahead with the hosts of this scene, as `check` does. */
function begunAhead(setup: ReturnType<typeof answering>) {
  const context = contextOf(setup, byPod);
  const ahead = forecastAhead(context);
  ahead.begin(context.world.placed);
  return { ...context, triedAhead: ahead.found() };
}

test('what was tried while AWS was asked is not asked again', async () => {
  const setup = answering(new Map([made('a', 'pod-identity'), made('b', 'pod-identity')]));
  const found = await forecastInjection(begunAhead(setup));
  expect([...found.keys()]).toEqual([host('a'), host('b')]);
  expect(setup.asked.map(namespaces)).toEqual([[host('a'), host('b')], []]);
  expect(setup.lines).toEqual([]);
});

test('of those tried ahead, who lacks the identity is tried a second time', async () => {
  const first = new Map([made('a', 'pod-identity'), made('b', 'nothing')]);
  const second = new Map([made('b', 'pod-identity')]);
  const setup = answering(first, new Map(), second);
  const found = await forecastInjection(begunAhead(setup));
  expect(setup.asked.map(namespaces)).toEqual([[host('a'), host('b')], [], [host('b')]]);
  expect(found.get(host('b'))).toMatchObject({ pod: { podIdentity: true } });
});

const outOfReach = async () => await Promise.reject(new Error('out of reach'));

test('a look ahead that failed is made again, and then says why', async () => {
  const setup = answering();
  const read = { ...setup.read, kubernetes: { ...setup.read.kubernetes, forecast: outOfReach } };
  await expect(forecastInjection(begunAhead({ ...setup, read }))).rejects.toThrow('out of reach');
});

test('only control planes that are ready are tried ahead', async () => {
  const setup = answering(new Map([made('a', 'pod-identity')]));
  const { read, desired, world } = contextOf(setup, byPod);
  const [one, ...others] = world.placed;
  if (one === undefined) throw new Error('the scene has no host');
  const ahead = forecastAhead({ read, desired });
  ahead.begin([{ ...one, state: { kind: 'not-ready', why: 'it is new' } }, ...others]);
  await ahead.found();
  expect(setup.asked.map(namespaces)).toEqual([others.map(({ namespace }) => namespace)]);
});
