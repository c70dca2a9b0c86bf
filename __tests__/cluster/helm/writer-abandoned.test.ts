/** An upgrade of this action that was killed: the next one frees the release, and nobody else's is touched. */
import { describe, expect, test } from '@jest/globals';
import { claimedUntil, claimFor } from '../../../src/cluster/helm/claim.ts';
import { START } from '../../support/names.ts';
import { refused } from '../../tools/fakes.ts';
import { metadata, request, type Script, setup } from './setup.ts';

const MINUTE = 60_000;
const claim = (revision: number, untilMs: number) => {
  const [name = '', value = ''] = claimFor(revision, untilMs).split('=');
  return { labels: { name: 'spaces', [name]: value } };
};
const pending = (more: object) => metadata({ status: 'pending-upgrade', revision: 4, ...more });
const HISTORY = '[{"revision":3,"status":"deployed"},{"revision":4,"status":"pending-upgrade"}]';

/** A release whose last revision is pending, until somebody returns to the one before. */
async function abandoned(record: string, script: Script = {}) {
  let freed = false;
  let upgraded = false;
  const made = await setup({
    'get metadata': () => metadata({ revision: upgraded ? 6 : 5 }),
    'get metadata spaces --output=json --namespace': () =>
      freed ? metadata({ revision: upgraded ? 6 : 5 }) : record,
    history: HISTORY,
    rollback: () => {
      freed = true;
      return '';
    },
    upgrade: () => {
      upgraded = true;
      return '';
    },
    ...script,
  });
  const now = made.clock.now();
  const verbs = () => made.lines().map((line) => line.split(' ')[0]);
  return { ...made, now, verbs };
}

describe('a claim', () => {
  test('is of its revision alone: Helm hands labels on', () => {
    const { labels } = claim(4, START);
    expect(claimedUntil({ revision: 4, labels })).toBe(START);
    expect(claimedUntil({ revision: 5, labels })).toBeUndefined();
  });

  test.each([undefined, {}, { 'spaces-workload-identity/upgrade': 'x' }])('%j is none', (labels) => {
    expect(claimedUntil({ revision: 4, labels })).toBeUndefined();
  });

  test('goes with each upgrade, and lasts as long as it may take', async () => {
    const { writer, lines, clock } = await setup();
    const now = clock.now();
    await writer.upgrade(request());
    // The upgrade's own limit, and a minute for clocks that differ.
    const until = now + (2 * 600 + 60) * 1000 + MINUTE;
    expect(lines().find((line) => line.startsWith('upgrade'))).toContain(` --labels=${claimFor(5, until)} `);
  });
});

describe('a revision that is pending', () => {
  test('and was begun by a run that has ended by now: the release is returned to the one before, then upgraded', async () => {
    const { writer, lines, verbs, log } = await abandoned(pending(claim(4, 0)));
    await writer.upgrade(request());
    expect(verbs().filter((verb) => verb === 'rollback' || verb === 'upgrade')).toEqual([
      'rollback',
      'upgrade',
    ]);
    expect(lines().find((line) => line.startsWith('rollback'))).toContain(
      'rollback spaces 3 --timeout=600s --history-max=10 --namespace=upbound-system',
    );
    expect(log.warnings).toEqual([
      'Helm release upbound-system/spaces: revision 4 was begun by a run of this action that did not end: returning to revision 3 first',
    ]);
  });

  test('and may still be at work is waited for, and freed when it can not be any more', async () => {
    const made = await setup();
    const until = made.clock.now() + 5 * MINUTE;
    const { writer, clock, verbs } = await abandoned(pending(claim(4, until)));
    const begun = clock.now();
    await writer.upgrade(request());
    expect(clock.now() - begun).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(verbs()).toContain('rollback');
  });

  test('and may be at work for longer than a run waits: it is said when the next one frees it', async () => {
    const made = await setup();
    const until = made.clock.now() + 20 * MINUTE;
    const { writer, verbs } = await abandoned(pending(claim(4, until)));
    await expect(writer.upgrade(request())).rejects.toMatchObject({
      reason: 'release-busy',
      details: { next: expect.stringContaining(`wait until ${new Date(until).toISOString()} and run again`) },
    });
    expect(verbs()).not.toContain('rollback');
  });

  test.each<[string, string]>([
    ['somebody else', pending({})],
    ['somebody else, with our label of an earlier one', pending(claim(3, 0))],
    ['somebody who rolls back', metadata({ status: 'pending-rollback', revision: 4, ...claim(4, 0) })],
    ['somebody who uninstalls', metadata({ status: 'uninstalling', revision: 4, ...claim(4, 0) })],
  ])('and was begun by %s is left alone', async (_who, record) => {
    const { writer, verbs } = await abandoned(record);
    await expect(writer.upgrade(request())).rejects.toMatchObject({
      reason: 'release-busy',
      details: { next: expect.stringContaining('helm rollback spaces 3') },
    });
    expect(verbs()).not.toContain('rollback');
    expect(verbs()).not.toContain('upgrade');
  });

  test('and has nothing before it to return to is left alone', async () => {
    const history = '[{"revision":4,"status":"pending-upgrade"}]';
    const { writer, verbs } = await abandoned(pending(claim(4, 0)), { history });
    await expect(writer.upgrade(request())).rejects.toMatchObject({ reason: 'release-busy' });
    expect(verbs()).not.toContain('rollback');
  });

  test('and can not be freed: what helm says is said of the return', async () => {
    const rollback = refused('Error: admission webhook "x" denied the request: no');
    const { writer, verbs } = await abandoned(pending(claim(4, 0)), { rollback });
    await expect(writer.upgrade(request())).rejects.toMatchObject({
      details: { tried: 'return Helm release upbound-system/spaces to revision 3' },
    });
    expect(verbs()).not.toContain('upgrade');
  });

  test('and is gone once it was freed: nothing is founded anew', async () => {
    let isFreed = false;
    const { writer } = await abandoned(pending(claim(4, 0)), {
      'get metadata spaces --output=json --namespace': () =>
        isFreed ? refused('Error: release: not found') : pending(claim(4, 0)),
      rollback: () => {
        isFreed = true;
        return '';
      },
    });
    await expect(writer.upgrade(request())).rejects.toMatchObject({ reason: 'not-a-space' });
  });
});
