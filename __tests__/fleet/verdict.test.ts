/** When a run fails for having seen nothing, and what it warns of. */
import { describe, expect, test } from '@jest/globals';
import { fleetWarnings, nothingSeen } from '../../src/fleet/verdict.ts';
import { ACCOUNTS, failure, fleetOfSize, refusal, view } from './support.ts';

describe('nothing seen', () => {
  test.each([
    ['nothing refused', [view()]],
    ['one look among refusals', [view({ refusals: [refusal()] }), view({ looks: 1 })]],
  ])('not with %s', (_what, views) => {
    expect(nothingSeen(views)).toBeUndefined();
  });

  test('fails with the reason and the advice of the first, and names each place', () => {
    const refusals = [
      refusal({ region: '', failure: failure('sign-in-denied', 'no such role') }),
      refusal({ cluster: 'space' }),
      refusal({ account: '', region: '' }),
    ];
    const failed = nothingSeen([view({ refusals })]);
    expect(failed?.reason).toBe('sign-in-denied');
    expect(failed?.message).toBe(
      [
        'look for EKS clusters: nothing could be looked at',
        `  - ${ACCOUNTS[0]}: sign-in-denied: no such role`,
        `  - ${ACCOUNTS[0]} eu-central-1 space: access-denied: AccessDenied: no`,
        '  - this job: access-denied: AccessDenied: no',
        'Allow it.',
      ].join('\n'),
    );
  });

  test('of many places ten are named', () => {
    const refusals = Array.from({ length: 30 }, (_, n) => refusal({ cluster: `c-${n}` }));
    const lines = nothingSeen([view({ refusals })])?.message.split('\n') ?? [];
    expect(lines.filter((line) => line.startsWith('  - '))).toHaveLength(11);
    expect(lines).toContain('  - and 20 more: see the log');
  });
});

describe('warnings', () => {
  const missing = { account: ACCOUNTS[0], region: '', cluster: '', reason: 'x' };

  test.each([
    ['a whole fleet', fleetOfSize(256), []],
    ['a part of it', { ...fleetOfSize(1), unreachable: [missing] }, [/^1 place could not be looked at/]],
    ['nobody', fleetOfSize(0), [/^no cluster fits: check `regions`, `cluster-tags` and `clusters`/]],
    ['nobody but refusals', { members: [], unreachable: [missing] }, [/^1 place/]],
    ['many', fleetOfSize(257), [/^257 clusters are more than the 256 jobs of one matrix: `matrix` is empty/]],
  ])('of %s', (_what, fleet, patterns) => {
    expect(fleetWarnings(fleet)).toEqual(patterns.map((pattern) => expect.stringMatching(pattern)));
  });
});
