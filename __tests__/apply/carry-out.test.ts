/** A plan carried out stage by stage. */
import { describe, expect, test } from '@jest/globals';
import { carryOut } from '../../src/apply/carry-out.ts';
import type { Stage } from '../../src/apply/context.ts';
import type { Blocker, Change, Outcome } from '../../src/model/change.ts';
import { Failure } from '../../src/model/failure.ts';
import { makeChange } from '../../src/resources/change-maker.ts';
import { contextOf, spaceOf } from '../support/apply-context.ts';

const step = (id: string): Change =>
  makeChange(
    { id, action: 'create', target: `the ${id}`, reason: '', severity: 'hygiene' },
    { op: 'create-add-on', clusterName: 'c', addOn: id },
  );
const failure = new Failure('throttled', { tried: 'x', said: 'slow down', next: 'Wait.' });

const NONE = { Version: '2012-10-17', Statement: [] } as const;

const DONE: Outcome = { status: 'done', wrote: true };
const FAILED: Outcome = { status: 'failed', wrote: false, failure };
const NOT_ATTEMPTED: Outcome = { status: 'not-attempted', wrote: false };

/** A stage for the ids that it is named after, which ends as told. */
const stage = (ids: string, ends: (change: Change) => Outcome | undefined): Stage => ({
  title: `Stage ${ids}`,
  takes: ({ id }) => ids.includes(id),
  run: async (changes) => await Promise.resolve(changes.flatMap((change) => ends(change) ?? [])),
});
const done = (): Outcome => DONE;

async function carried(
  changes: readonly Change[],
  stages: readonly Stage[],
  prepare?: 'cancel',
  blockers: readonly Blocker[] = [],
) {
  const space = spaceOf({});
  const context = contextOf(space);
  if (prepare === 'cancel') space.state.clock.cancel();
  const outcomes = await carryOut({ changes, blockers }, stages, context);
  return { outcomes: [...outcomes], lines: space.lines };
}

const [a, b, c] = [step('a'), step('b'), step('c')];

const of = (id: string, name: string): Change => ({ ...step(id), host: { name, namespace: name } });
const failing =
  (...broken: readonly Change[]) =>
  (change: Change) =>
    broken.includes(change) ? FAILED : DONE;

describe('a plan is carried out', () => {
  test('stage by stage, in their order, and says so', async () => {
    const { outcomes, lines } = await carried(
      [a, b, c],
      [stage('c', done), stage('ab', done), stage('x', done)],
    );
    expect(outcomes).toEqual([
      ['c', DONE],
      ['a', DONE],
      ['b', DONE],
    ]);
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
      [stage('ab', (change) => (change === a ? FAILED : DONE)), stage('c', done)],
    );
    expect(outcomes).toEqual([
      ['a', FAILED],
      ['b', DONE],
      ['c', NOT_ATTEMPTED],
    ]);
    expect(lines).toContain('x: slow down\nWait.');
  });

  test('for every other control plane when one of them fails', async () => {
    const [x1, y1, x2, y2] = [of('1', 'x'), of('2', 'y'), of('3', 'x'), of('4', 'y')];
    const { outcomes } = await carried([x1, y1, x2, y2], [stage('12', failing(x1)), stage('34', done)]);
    expect(outcomes).toEqual([
      ['1', FAILED],
      ['2', DONE],
      ['3', NOT_ATTEMPTED],
      ['4', DONE],
    ]);
  });

  test('for the Space as a whole too, unless that takes something from those that failed', async () => {
    const x = of('1', 'x');
    const [gives, takes] = [step('2'), { ...step('3'), action: 'delete' as const }];
    const narrows = {
      ...step('4'),
      write: { op: 'narrow-trust-policy', roleName: 'r', document: NONE, replaces: NONE } as const,
    };
    const stages = [stage('1', failing(x)), stage('234', done)];
    expect((await carried([x, gives, takes, narrows], stages)).outcomes).toEqual([
      ['1', FAILED],
      ['2', DONE],
      ['3', NOT_ATTEMPTED],
      ['4', NOT_ATTEMPTED],
    ]);
    const fine = await carried([x, gives, takes, narrows], [stage('1', done), stage('234', done)]);
    expect(fine.outcomes.map(([, outcome]) => outcome)).toEqual([DONE, DONE, DONE, DONE]);
  });

  test('but for what the plan itself knows that it can’t do', async () => {
    const [x, y] = [of('1', 'x'), of('2', 'y')];
    const blocker = {
      reason: 'not-owned',
      target: 't',
      message: 'm',
      next: 'n',
      host: { name: 'x', namespace: 'x' },
    } as const;
    const { outcomes } = await carried([x, y], [stage('12', done)], undefined, [blocker]);
    expect(outcomes).toEqual([
      ['1', NOT_ATTEMPTED],
      ['2', DONE],
    ]);
  });

  test('and what a stage throws counts for all of its changes, which may have written', async () => {
    const throwing: Stage = {
      ...stage('ab', done),
      run: async () => await Promise.reject(new TypeError('a bug')),
    };
    const { outcomes } = await carried([a, b, c], [throwing, stage('c', done)]);
    expect(outcomes.map(([, { status, wrote, failure: why }]) => [status, wrote, why?.reason])).toEqual([
      ['failed', true, 'internal'],
      ['failed', true, 'internal'],
      ['not-attempted', false, undefined],
    ]);
    expect(outcomes[0]?.[1].failure?.message).toContain('TypeError: a bug');
  });

  test('and what a stage forgets was not attempted', async () => {
    const { outcomes } = await carried([a], [stage('a', () => undefined)]);
    expect(outcomes).toEqual([['a', NOT_ATTEMPTED]]);
  });

  test('not at all once the job is cancelled: nothing has failed, nothing was attempted', async () => {
    const { outcomes } = await carried([a, b], [stage('a', done), stage('b', done)], 'cancel');
    expect(outcomes.map(([, { status, failure: why }]) => [status, why?.reason])).toEqual([
      ['not-attempted', 'cancelled'],
      ['not-attempted', undefined],
    ]);
  });

  test('each under its own address, whatever ids they share', async () => {
    const twins = [
      { ...a, address: 'a/1' },
      { ...a, address: 'a/2' },
    ];
    const { outcomes } = await carried(twins, [
      stage('a', ({ address }) => (address === 'a/2' ? FAILED : DONE)),
    ]);
    expect(outcomes).toEqual([
      ['a/1', DONE],
      ['a/2', FAILED],
    ]);
  });
});
