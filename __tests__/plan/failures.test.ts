/** What a plan and its outcomes make a job fail with. */
import { describe, expect, test } from '@jest/globals';
import type { Change, Outcome, Plan } from '../../src/model/change.ts';
import { Failure } from '../../src/model/failure.ts';
import { differenceCount, isAbout, notLookedAt } from '../../src/plan/entries.ts';
import { driftFailure, firstFailure, unseenFailure } from '../../src/plan/failures.ts';
import { makeChange } from '../../src/resources/change-maker.ts';

const change = (id: string, overrides: Partial<Change> = {}): Change => ({
  ...makeChange(
    { id, action: 'update', target: id, reason: '', severity: 'hygiene' },
    { op: 'delete-role', roleName: id, tags: {}, trustPolicy: { Statement: [] } },
  ),
  ...overrides,
});
const changes = (count: number): readonly Change[] =>
  Array.from({ length: count }, (_, n) => change(`c${n}`));

const planOf = (parts: Partial<Plan>): Plan => ({
  changes: [],
  blockers: [],
  doubts: [],
  warnings: [],
  digest: '',
  ...parts,
});

const blocker = { reason: 'not-owned', target: 'the role', message: 'not ours', next: 'Adopt it.' } as const;

const driftOf = (parts: Partial<Plan>) => driftFailure(planOf(parts))?.details.said;

const nextOf = (all: readonly Change[]) => driftFailure(planOf({ changes: all }))?.details.next;

describe('a check', () => {
  test('fails with nothing where nothing differs, or only what is no drift', () => {
    expect(driftFailure(planOf({}))).toBeUndefined();
    expect(driftFailure(planOf({ changes: [change('a', { drift: false })] }))).toBeUndefined();
  });

  test('says how many differences there are, and names them once each', () => {
    expect(driftFailure(planOf({ changes: changes(1) }))).toMatchObject({
      reason: 'drift',
      details: { next: 'Run `mode: plan` to see them, `mode: apply` to put them right.' },
    });
    expect(driftOf({ changes: changes(1) })).toBe('1 difference: c0');
    expect(driftOf({ changes: [change('a'), change('a', { address: 'a/2' }), change('b')] })).toBe(
      '3 differences: a, b',
    );
    expect(driftOf({ changes: changes(8) })).toBe('8 differences: c0, c1, c2, c3, c4, c5, c6, c7');
    expect(driftOf({ changes: changes(10) })).toBe(
      '10 differences: c0, c1, c2, c3, c4, c5, c6, c7 and 2 more',
    );
  });

  test('says what apply puts right, and what it leaves alone', () => {
    const theirs = change('role/foreign-policy/x', { action: 'foreign' });
    const left =
      '`mode: apply` leaves alone what others have made (role/foreign-policy/x): take it off by hand.';
    expect(nextOf([change('a')])).toBe('Run `mode: plan` to see them, `mode: apply` to put them right.');
    expect(nextOf([theirs])).toBe(`Run \`mode: plan\` to see them; ${left}`);
    expect(nextOf([change('a'), theirs])).toBe(
      `Run \`mode: plan\` to see them, \`mode: apply\` to put them right; ${left}`,
    );
  });

  test('fails also with what keeps a plan from being carried out', () => {
    expect(driftOf({ blockers: [blocker], changes: changes(1) })).toBe(
      '1 difference: c0; the role: not ours (Adopt it.)',
    );
    expect(driftFailure(planOf({ blockers: [blocker] }))?.details).toMatchObject({
      said: 'the role: not ours (Adopt it.)',
      next: 'Remove what is in the way, then run again.',
    });
  });

  test('that may not look has found no difference: it is refused', () => {
    const denied = { ...blocker, reason: 'access-denied' } as const;
    const alone = planOf({ blockers: [denied] });
    expect(driftFailure(alone)).toBeUndefined();
    expect(unseenFailure(alone)).toMatchObject({
      reason: 'access-denied',
      details: { tried: 'compare the role with what is wanted', said: 'not ours', next: 'Adopt it.' },
    });
    expect([differenceCount(alone), notLookedAt(alone)]).toEqual([0, [denied]]);
    const both = planOf({ blockers: [denied, blocker], changes: changes(1) });
    expect([driftFailure(both)?.reason, differenceCount(both)]).toEqual(['drift', 2]);
    expect(unseenFailure(both)?.reason).toBe('access-denied');
    expect(unseenFailure(planOf({ blockers: [blocker] }))).toBeUndefined();
  });
});

const failure = (said: string) => new Failure('throttled', { tried: 'x', said, next: 'Wait.', cause: said });
const DONE: Outcome = { status: 'done', wrote: true };
const NOT_ATTEMPTED: Outcome = { status: 'not-attempted', wrote: false };
const failed = (said: string): Outcome => ({ status: 'failed', wrote: false, failure: failure(said) });

/** Of changes `c0`, `c1`, … with these outcomes. */
const failureOf = (...outcomes: readonly Outcome[]) =>
  firstFailure({
    plan: planOf({ changes: changes(outcomes.length) }),
    outcomes: new Map(outcomes.map((outcome, n) => [`c${n}`, outcome])),
  });

describe('what was carried out', () => {
  test('fails with nothing where nothing failed', () => {
    expect(failureOf()).toBeUndefined();
    expect(failureOf(DONE, DONE)).toBeUndefined();
  });

  test('fails with the first failure as it is', () => {
    expect(failureOf(DONE, failed('no'))).toMatchObject({
      reason: 'throttled',
      details: { tried: 'x', said: 'no', next: 'Wait.', cause: 'no' },
    });
  });

  test('says how many more failed, and names what was not attempted', () => {
    const said = failureOf(failed('first'), failed('second'), NOT_ATTEMPTED, NOT_ATTEMPTED)?.details.said;
    expect(said).toBe('first; 1 more failed; not attempted: c2, c3');
  });

  test('fails also where something kept it from being begun', () => {
    const cancelled: Outcome = { ...NOT_ATTEMPTED, failure: failure('cancelled') };
    expect(failureOf(DONE, cancelled, NOT_ATTEMPTED)?.details.said).toBe('cancelled; not attempted: c1, c2');
    // What failed says more than what was not begun any more.
    expect(failureOf(cancelled, failed('no'))?.details.said).toBe('no; not attempted: c0');
  });

  test('names nothing of a plan that is not known', () => {
    const outcomes = new Map([
      ['c0', failed('no')],
      ['c1', NOT_ATTEMPTED],
    ]);
    expect(firstFailure({ outcomes })?.details.said).toBe('no');
  });
});

const about = (name: string) => ({ host: { name, namespace: 'n' } });

test('an entry is about a control plane by its name', () => {
  const isAboutA = isAbout(new Set(['a']));
  expect([isAboutA(about('a')), isAboutA(about('b')), isAboutA({})]).toEqual([true, false, false]);
});
