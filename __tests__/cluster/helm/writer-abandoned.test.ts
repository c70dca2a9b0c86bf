/** An upgrade of this action that was killed: the next one frees the release, and nobody else's is touched. */
import { describe, expect, test } from '@jest/globals';
import { claimedUntil, claimFor } from '../../../src/cluster/helm/claim.ts';
import { START } from '../../support/names.ts';
import { refused } from '../../tools/fakes.ts';
import { recordSecret } from './records.ts';
import { metadata, request, type Script, setup, setValue } from './setup.ts';

const MINUTE = 60_000;
const claim = (revision: number, untilMs: number) => {
  const [name = '', value = ''] = claimFor(revision, untilMs).split('=');
  return { labels: { name: 'spaces', [name]: value } };
};
const pending = (more: object) => metadata({ status: 'pending-upgrade', revision: 4, ...more });
const HISTORY = '[{"revision":3,"status":"deployed"},{"revision":4,"status":"pending-upgrade"}]';

/** A release whose last revision is pending, until somebody marks it as failed. */
async function abandoned(record: string, script: Script = {}, onMark?: () => Promise<void>, secret?: string) {
  let freed = false;
  let upgraded = false;
  const free = async (): Promise<void> => {
    freed = true;
    await Promise.resolve();
  };
  const made = await setup(
    {
      'get metadata': metadata({ revision: 3 }),
      'get metadata spaces --output=json --namespace': () => {
        if (upgraded) return metadata({ revision: 5 });
        return freed ? metadata({ revision: 4, status: 'failed', ...claim(4, 0) }) : record;
      },
      history: HISTORY,
      upgrade: () => {
        upgraded = true;
        return '';
      },
      ...script,
    },
    { onMark: onMark ?? free, ...(secret !== undefined && { record: secret }) },
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

test.each([
  ['was killed', pending(claim(4, 0))],
  ['failed', pending({ status: 'failed', ...claim(4, 0) })],
])(
  'after one that %s, all of the values go along: helm keeps a null that it has left',
  async (_how, record) => {
    const { writer, lines, seen } = await abandoned(record, {
      'get values': '{"a":{"b":null,"c":1}}',
    });
    await writer.upgrade(request({}, { values: [setValue(['a', 'b'], null)] }));
    const upgrade = lines().find((line) => line.startsWith('upgrade')) ?? '';
    expect(upgrade).toContain(' --reset-values ');
    expect(upgrade).not.toContain('--reset-then-reuse-values');
    expect(lines().find((line) => line.startsWith('get values'))).toMatch(
      /^get values spaces --output=json --revision=3 /,
    );
    expect(seen.map((text): unknown => JSON.parse(text))).toEqual([{ a: { c: 1 } }]);
  },
);

describe('a revision that is pending', () => {
  test('and was begun by a run that has ended by now: it is marked as failed, then the release is upgraded', async () => {
    const { writer, lines, verbs, marked, log } = await abandoned(pending(claim(4, 0)));
    await writer.upgrade(request());
    expect(marked).toEqual([RECORD]);
    expect(verbs()).toContain('upgrade');
    expect(verbs()).not.toContain('rollback');
    expect(lines().find((line) => line.startsWith('upgrade'))).toContain(
      'spaces-workload-identity/upgrade=5.',
    );
    expect(log.warnings).toEqual([
      'Helm release upbound-system/spaces: revision 4 was begun by a run of this action that did not end: it is marked as failed, and the release upgraded anew',
    ]);
  });

  test('and may still be at work is waited for, and freed when it can not be any more', async () => {
    const made = await setup();
    const until = made.clock.now() + 5 * MINUTE;
    const { writer, clock, marked } = await abandoned(pending(claim(4, until)));
    const begun = clock.now();
    await writer.upgrade(request());
    expect(clock.now() - begun).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(marked).toEqual([RECORD]);
  });

  test('and may be at work for longer than a run waits: it is said when the next one frees it', async () => {
    const made = await setup();
    const until = made.clock.now() + 20 * MINUTE;
    const { writer, marked } = await abandoned(pending(claim(4, until)));
    await expect(writer.upgrade(request())).rejects.toMatchObject({
      reason: 'release-busy',
      details: { next: expect.stringContaining(`wait until ${new Date(until).toISOString()} and run again`) },
    });
    expect(marked).toEqual([]);
  });

  test.each<[string, string]>([
    ['somebody else', pending({})],
    ['somebody else, with our label of an earlier one', pending(claim(3, 0))],
    ['somebody who rolls back', metadata({ status: 'pending-rollback', revision: 4, ...claim(4, 0) })],
    ['somebody who uninstalls', metadata({ status: 'uninstalling', revision: 4, ...claim(4, 0) })],
  ])('and was begun by %s is left alone', async (_who, record) => {
    const { writer, verbs, marked } = await abandoned(record);
    await expect(writer.upgrade(request())).rejects.toMatchObject({
      reason: 'release-busy',
      details: { next: expect.stringContaining('helm rollback spaces 3') },
    });
    expect(marked).toEqual([]);
    expect(verbs()).not.toContain('upgrade');
  });

  test('and is none by its record: it is waited for as for that of others', async () => {
    const record = recordSecret('deployed');
    const { writer, marked } = await abandoned(pending(claim(4, 0)), {}, undefined, record);
    await expect(writer.upgrade(request())).rejects.toMatchObject({ reason: 'release-busy' });
    expect(marked).toEqual([]);
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
