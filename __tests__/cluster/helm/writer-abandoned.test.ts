/** An upgrade of this action that was killed: the next one frees the release, and nobody else's is touched. */
import { describe, expect, test } from '@jest/globals';
import { claimedUntil, claimFor } from '../../../src/cluster/helm/claim.ts';
import { START } from '../../support/names.ts';
import { refused } from '../../tools/fakes.ts';
import { metadata, request, type Script, setup, setValue } from './setup.ts';

const MINUTE = 60_000;
const claim = (revision: number, untilMs: number) => {
  const [name = '', value = ''] = claimFor(revision, untilMs).split('=');
  return { labels: { name: 'spaces', [name]: value } };
};
const pending = (more: object) => metadata({ status: 'pending-upgrade', revision: 4, ...more });
const HISTORY = '[{"revision":3,"status":"deployed"},{"revision":4,"status":"pending-upgrade"}]';

/** A release whose last revision is pending, until somebody returns to the one before. */
async function abandoned(record: string, script: Script = {}, onDelete?: () => Promise<void>) {
  let freed = false;
  let upgraded = false;
  const free = async (): Promise<void> => {
    freed = true;
    await Promise.resolve();
  };
  const made = await setup(
    {
      'get metadata': () => metadata({ revision: upgraded ? 4 : 3 }),
      'get metadata spaces --output=json --namespace': () =>
        freed ? metadata({ revision: upgraded ? 4 : 3 }) : record,
      history: HISTORY,
      upgrade: () => {
        upgraded = true;
        return '';
      },
      ...script,
    },
    { onDelete: onDelete ?? free },
  );
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

const RECORD = 'upbound-system/sh.helm.release.v1.spaces.v4';

test('an upgrade anew takes all of the values along, since helm keeps a null that the killed one has left', async () => {
  const { writer, lines, seen } = await abandoned(pending(claim(4, 0)), {
    'get values': '{"a":{"b":null,"c":1}}',
  });
  const anew = { op: 'upgrade-anew', revision: 4, deployedVersion: '1.17.1' } as const;
  await writer.upgrade(request({}, { values: [setValue(['a', 'b'], null), anew] }));
  const upgrade = lines().find((line) => line.startsWith('upgrade')) ?? '';
  expect(upgrade).toContain(' --reset-values ');
  expect(upgrade).not.toContain('--reset-then-reuse-values');
  expect(lines().find((line) => line.startsWith('get values'))).toMatch(
    /^get values spaces --output=json --revision=3 /,
  );
  expect(seen.map((text): unknown => JSON.parse(text))).toEqual([{ a: { c: 1 } }]);
});

describe('a revision that is pending', () => {
  test('and was begun by a run that has ended by now: its record goes, then the release is upgraded', async () => {
    const { writer, lines, verbs, deleted, log } = await abandoned(pending(claim(4, 0)));
    await writer.upgrade(request());
    expect(deleted).toEqual([RECORD]);
    expect(verbs()).toContain('upgrade');
    expect(verbs()).not.toContain('rollback');
    expect(lines().find((line) => line.startsWith('upgrade'))).toContain(
      'spaces-workload-identity/upgrade=4.',
    );
    expect(log.warnings).toEqual([
      'Helm release upbound-system/spaces: revision 4 was begun by a run of this action that did not end: its record is taken away, and revision 3 upgraded anew',
    ]);
  });

  test('and may still be at work is waited for, and freed when it can not be any more', async () => {
    const made = await setup();
    const until = made.clock.now() + 5 * MINUTE;
    const { writer, clock, deleted } = await abandoned(pending(claim(4, until)));
    const begun = clock.now();
    await writer.upgrade(request());
    expect(clock.now() - begun).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(deleted).toEqual([RECORD]);
  });

  test('and may be at work for longer than a run waits: it is said when the next one frees it', async () => {
    const made = await setup();
    const until = made.clock.now() + 20 * MINUTE;
    const { writer, deleted } = await abandoned(pending(claim(4, until)));
    await expect(writer.upgrade(request())).rejects.toMatchObject({
      reason: 'release-busy',
      details: { next: expect.stringContaining(`wait until ${new Date(until).toISOString()} and run again`) },
    });
    expect(deleted).toEqual([]);
  });

  test.each<[string, string]>([
    ['somebody else', pending({})],
    ['somebody else, with our label of an earlier one', pending(claim(3, 0))],
    ['somebody who rolls back', metadata({ status: 'pending-rollback', revision: 4, ...claim(4, 0) })],
    ['somebody who uninstalls', metadata({ status: 'uninstalling', revision: 4, ...claim(4, 0) })],
  ])('and was begun by %s is left alone', async (_who, record) => {
    const { writer, verbs, deleted } = await abandoned(record);
    await expect(writer.upgrade(request())).rejects.toMatchObject({
      reason: 'release-busy',
      details: { next: expect.stringContaining('helm rollback spaces 3') },
    });
    expect(deleted).toEqual([]);
    expect(verbs()).not.toContain('upgrade');
  });

  test('and has nothing before it to return to is left alone', async () => {
    const history = '[{"revision":4,"status":"pending-upgrade"}]';
    const { writer, deleted } = await abandoned(pending(claim(4, 0)), { history });
    await expect(writer.upgrade(request())).rejects.toMatchObject({ reason: 'release-busy' });
    expect(deleted).toEqual([]);
  });

  test('and can not be freed: nothing is upgraded', async () => {
    const { writer, verbs } = await abandoned(
      pending(claim(4, 0)),
      {},
      async () => await Promise.reject(new Error('forbidden')),
    );
    await expect(writer.upgrade(request())).rejects.toThrow('forbidden');
    expect(verbs()).not.toContain('upgrade');
  });

  test('and comes after another that is pending: both go, one after the other', async () => {
    let left = [4, 3];
    const { writer, deleted } = await abandoned(
      '',
      {
        'get metadata spaces --output=json --namespace': () => {
          const [last] = left;
          if (last === undefined) return metadata({ revision: deleted.length === 2 ? 2 : 3 });
          return pending({ revision: last, ...claim(last, 0) });
        },
        upgrade: () => {
          deleted.push('upgraded');
          return '';
        },
      },
      async () => {
        left = left.slice(1);
        await Promise.resolve();
      },
    );
    await writer.upgrade(request());
    expect(deleted).toEqual([RECORD, RECORD.replace('v4', 'v3'), 'upgraded']);
  });

  test('and is gone once it was freed: nothing is founded anew', async () => {
    let isFreed = false;
    const { writer } = await abandoned(
      '',
      {
        'get metadata spaces --output=json --namespace': () =>
          isFreed ? refused('Error: release: not found') : pending(claim(4, 0)),
      },
      async () => {
        isFreed = true;
        await Promise.resolve();
      },
    );
    await expect(writer.upgrade(request())).rejects.toMatchObject({ reason: 'not-a-space' });
  });
});
