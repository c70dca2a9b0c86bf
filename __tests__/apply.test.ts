import { describe, expect, test } from '@jest/globals';
import { carryOut } from '../src/apply.ts';
import type { Change, Outcome, Plan } from '../src/model/change.ts';
import { Failure } from '../src/model/failure.ts';
import type { Stage } from '../src/resources/index.ts';
import { change } from '../src/resources/resource.ts';
import { spaceOf, workshopOf } from './support/workshop.ts';

const step = (id: string): Change =>
  change(
    'agent',
    { clusterName: 'c', addOn: id },
    { id, action: 'create', target: `the ${id}`, reason: '', severity: 'hygiene' },
  );
const plan = (...changes: readonly Change[]): Plan => ({ changes, blockers: [], warnings: [], digest: '' });
const failure = new Failure('throttled', { tried: 'x', said: 'slow down', next: 'Wait.' });

/** A stage for the ids that it is named after, which ends as told. */
const stage = (ids: string, ends: (change: Change) => Outcome | undefined): Stage => ({
  title: `Stage ${ids}`,
  takes: ({ id }) => ids.includes(id),
  run: async (changes) => await Promise.resolve(changes.flatMap((one) => ends(one) ?? [])),
});
const done = ({ id }: Change): Outcome => ({ id, status: 'done' });
const failing = ({ id }: Change): Outcome => ({ id, status: 'failed', failure });

async function carried(changes: readonly Change[], stages: readonly Stage[], prepare?: 'cancel') {
  const space = spaceOf({});
  const workshop = await workshopOf(space);
  if (prepare === 'cancel') space.state.clock.cancel();
  const outcomes = await carryOut(plan(...changes), stages, workshop);
  return { outcomes: [...outcomes.values()], lines: space.lines };
}

const [a, b, c] = [step('a'), step('b'), step('c')];

describe('a plan is carried out', () => {
  test('stage by stage, in their order, and says so', async () => {
    const { outcomes, lines } = await carried(
      [a, b, c],
      [stage('c', done), stage('ab', done), stage('x', done)],
    );
    expect(outcomes.map(({ id, status }) => `${status} ${id}`)).toEqual(['done c', 'done a', 'done b']);
    expect(lines).toEqual([
      'Stage c: 1',
      'done: create c (the c)',
      'Stage ab: 2',
      'done: create a (the a)',
      'done: create b (the b)',
    ]);
  });

  test('until a stage fails: what comes after is not attempted', async () => {
    const { outcomes, lines } = await carried(
      [a, b, c],
      [stage('ab', (one) => (one === a ? failing(one) : done(one))), stage('c', done)],
    );
    expect(outcomes).toEqual([failing(a), done(b), { id: 'c', status: 'not-attempted' }]);
    expect(lines).toContain('x: slow down\nWait.');
  });

  test('and what a stage throws counts for all of its changes', async () => {
    const throwing: Stage = {
      ...stage('ab', done),
      run: async () => await Promise.reject(new TypeError('a bug')),
    };
    const { outcomes } = await carried([a, b, c], [throwing, stage('c', done)]);
    expect(outcomes.map((one) => [one.status, one.failure?.reason])).toEqual([
      ['failed', 'internal'],
      ['failed', 'internal'],
      ['not-attempted', undefined],
    ]);
    expect(outcomes[0]?.failure?.message).toContain('TypeError: a bug');
  });

  test('and what a stage forgets was not attempted', async () => {
    const { outcomes } = await carried([a], [stage('a', () => undefined)]);
    expect(outcomes).toEqual([{ id: 'a', status: 'not-attempted' }]);
  });

  test('not at all once the job is cancelled: nothing has failed, nothing was attempted', async () => {
    const { outcomes } = await carried([a, b], [stage('a', done), stage('b', done)], 'cancel');
    expect(outcomes.map((one) => [one.status, one.failure?.reason])).toEqual([
      ['not-attempted', 'cancelled'],
      ['not-attempted', undefined],
    ]);
  });
});

describe('a change of two stages', () => {
  test('is done when both are', async () => {
    const { outcomes } = await carried([a], [stage('a', done), stage('a', done)]);
    expect(outcomes).toEqual([{ id: 'a', status: 'done', begun: true }]);
  });

  test('is begun when something between them fails', async () => {
    const { outcomes } = await carried([a, b], [stage('a', done), stage('b', failing), stage('a', done)]);
    expect(outcomes[0]).toMatchObject({
      status: 'not-attempted',
      begun: true,
      note: expect.stringContaining('begun'),
    });
  });

  test('stays failed when its first stage failed', async () => {
    const { outcomes } = await carried([a], [stage('a', failing), stage('a', done)]);
    expect(outcomes).toEqual([failing(a)]);
  });

  test('has failed, and is begun, when its second stage fails', async () => {
    const { outcomes } = await carried([a], [stage('a', done), stage('a', failing)]);
    expect(outcomes).toEqual([{ ...failing(a), begun: true }]);
  });
});
