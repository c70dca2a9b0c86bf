/** Changes that follow one another for a few control planes at a time. */
import { describe, expect, test } from '@jest/globals';
import { carryOut } from '../../src/apply/carry-out.ts';
import type { Stage } from '../../src/apply/context.ts';
import { turnsOf } from '../../src/apply/turns.ts';
import type { Change, Outcome } from '../../src/model/change.ts';
import { Failure } from '../../src/model/failure.ts';
import { makeChange } from '../../src/resources/change-maker.ts';
import { contextOf, spaceOf } from '../support/apply-context.ts';

const change = (kind: 'leave' | 'come', name: string): Change =>
  makeChange(
    {
      id: `${kind}/${name}`,
      host: { name, namespace: name },
      action: 'update',
      target: '',
      reason: '',
      severity: 'hygiene',
    },
    { op: 'none' },
  );
const failure = new Failure('throttled', { tried: 'x', said: 'slow down', next: 'Wait.' });

const stage = (kind: string, broken: readonly string[] = []): Stage => ({
  title: kind,
  takes: ({ id }) => id.startsWith(kind),
  run: async (changes) =>
    await Promise.resolve(
      changes.map(({ host }): Outcome =>
        broken.includes(host?.name ?? '')
          ? { status: 'failed', wrote: true, failure }
          : { status: 'done', wrote: true },
      ),
    ),
});
const names = (count: number) => Array.from({ length: count }, (_, n) => `n${n}`);
const both = (name: string) => [change('leave', name), change('come', name)];
const sizes = (count: number) =>
  turnsOf({ inWaves: [stage('leave'), stage('come')] }, names(count).flatMap(both)).map(
    ({ changes }) => changes.length,
  );

describe('a wave', () => {
  test.each([
    [1, [1]],
    [5, [5]],
    [12, [5, 5, 2]],
    [100, Array.from({ length: 20 }, () => 5)],
    [1000, Array.from({ length: 20 }, () => 50)],
  ])('of %j control planes is small', (count, waves) => {
    // First those that don't move, of whom there are none here; then each wave, stage by stage.
    expect(sizes(count)).toEqual([0, 0, ...waves.flatMap((size) => [size, size])]);
  });

  test.each([
    [1, [1]],
    [100, [100]],
    [101, [100, 1]],
    [250, [100, 100, 50]],
    [1000, [200, 200, 200, 200, 200]],
  ])('of %j control planes that are only restarted is large', (count, waves) => {
    const changes = names(count).map((name) => change('come', name));
    const come = stage('come');
    const turns = turnsOf({ inWaves: [stage('leave'), come] }, changes);
    const alone = turnsOf({ inWaves: [come] }, changes);
    expect(alone).toEqual(turns.slice(1));
    expect(turns.map((turn) => turn.changes.length)).toEqual([0, ...waves]);
    expect(turns.flatMap((turn) => turn.changes)).toEqual(changes);
    // The last one stops nobody.
    expect(turns.map(({ wave }) => wave !== undefined)).toEqual([
      false,
      ...waves.map((_, n) => n < waves.length - 1),
    ]);
  });

  test('is of those that have something to do in each stage; the others go before them, together', () => {
    const changes = [...both('a'), change('leave', 'gone'), ...both('b'), change('come', 'new')];
    const turns = turnsOf({ inWaves: [stage('leave'), stage('come')] }, changes);
    expect(turns.map((turn) => turn.changes.map(({ id }) => id))).toEqual([
      ['leave/gone'],
      ['come/new'],
      ['leave/a', 'leave/b'],
      ['come/a', 'come/b'],
    ]);
  });
});

async function carried(count: number, stages: readonly Stage[]) {
  const space = spaceOf({});
  const changes = names(count).flatMap(both);
  const outcomes = await carryOut({ changes, blockers: [] }, [{ inWaves: stages }], contextOf(space));
  const statuses = changes.map(({ address }) => outcomes.get(address)?.status);
  const inAll = (status: string) => statuses.filter((one) => one === status).length;
  return {
    done: inAll('done'),
    failed: inAll('failed'),
    notAttempted: inAll('not-attempted'),
    warnings: space.warnings,
  };
}

describe('a wave that goes bad', () => {
  test('stops the next ones when none of it came through', async () => {
    expect(await carried(12, [stage('leave'), stage('come', names(5))])).toEqual({
      done: 5,
      failed: 5,
      notAttempted: 14,
      warnings: [
        'At least nine in ten control planes of this wave failed, so those after it were left as they are. Mend what the failures name, then run again',
      ],
    });
  });

  test('or none could begin: what follows is not attempted', async () => {
    expect(await carried(12, [stage('leave', names(5)), stage('come')])).toMatchObject({
      done: 0,
      failed: 5,
      notAttempted: 19,
    });
  });

  test('is judged at its end: who has left comes back, though the others of its wave could not begin', async () => {
    expect(await carried(120, [stage('leave', names(5)), stage('come')])).toEqual({
      done: 230,
      failed: 5,
      notAttempted: 5,
      warnings: [],
    });
  });

  test('keeps nobody else from being served while one of it came through', async () => {
    expect(await carried(12, [stage('leave'), stage('come', names(4))])).toEqual({
      done: 20,
      failed: 4,
      notAttempted: 0,
      warnings: [],
    });
  });

  test('of restarts stops the next ones when as good as none of it came through', async () => {
    const space = spaceOf({});
    const changes = names(300).map((name) => change('come', name));
    const carry = async (broken: number) => {
      const step = { inWaves: [stage('leave'), stage('come', names(broken))] };
      const outcomes = await carryOut({ changes, blockers: [] }, [step], contextOf(space));
      const statuses = changes.map(({ address }) => outcomes.get(address)?.status);
      return Object.fromEntries([...Map.groupBy(statuses, String)].map(([one, all]) => [one, all.length]));
    };
    expect(await carry(90)).toEqual({ done: 10, failed: 90, 'not-attempted': 200 });
    expect(await carry(89)).toEqual({ done: 211, failed: 89 });
  });

  test('nor where it is too small to tell', async () => {
    expect(await carried(4, [stage('leave'), stage('come', names(4))])).toMatchObject({
      failed: 4,
      warnings: [],
    });
  });
});
