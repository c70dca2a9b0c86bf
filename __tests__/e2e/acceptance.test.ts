/** The script of acceptance/, whole, against the sandbox: so that the day somebody starts it against AWS, it works. */
import { appendFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { StepName } from '../../acceptance/frame/steps.ts';
import { removeAll } from '../../acceptance/remove.ts';
import { type Result, runAcceptance } from '../../acceptance/run.ts';
import { type AcceptanceWorld, ACCOUNT, startAcceptanceWorld } from './support/acceptance-world.ts';

const RUN_MS = 900_000;

let world: AcceptanceWorld;
let fixtures: string;
const lines: string[] = [];
/** Where a run may be followed. */
const logFile = process.env['ACCEPTANCE_LOG'];

beforeAll(async () => {
  fixtures = await mkdtemp(join(tmpdir(), 'fixtures-'));
  const start = performance.now();
  world = await startAcceptanceWorld((line) => {
    const at = ((performance.now() - start) / 1000).toFixed(1);
    lines.push(`${at} ${line}`);
    if (logFile !== undefined) appendFileSync(logFile, `${at} ${line}\n`);
  });
}, RUN_MS);

afterAll(async () => {
  await world.stop();
  await rm(fixtures, { recursive: true, force: true });
}, 120_000);

/** All that is ours in AWS and in the cluster, but for what was there before. */
async function leftNow(): Promise<readonly string[]> {
  const { aws } = world.services;
  const cluster = aws.eks.cluster(world.clusterName);
  const objects = await world.kubectl([
    'get',
    'namespaces,customresourcedefinitions,clusterroles,clusterrolebindings,validatingadmissionpolicies',
    '--output=name',
  ]);
  return [
    ...aws.iam.roles.values().map(({ roleName }) => roleName),
    ...aws.iam.providers.values().map(({ url }) => url),
    ...aws.secrets.entries.keys(),
    ...aws.parameters.entries.keys(),
    ...cluster.accessEntries.keys(),
    ...cluster.associations.keys(),
    ...cluster.addons.keys(),
    // Kubernetes makes these anew from time to time.
    ...objects.split('\n').filter((name) => /mxp-|spaces|upbound|acceptance|team-/.test(name)),
  ];
}

const before = (): readonly string[] => [
  'maintainer',
  world.services.github.job.issuer.replace('https://', ''),
  world.services.aws.iam.arn('role/maintainer'),
];

describe('a whole run', () => {
  let result: Result;

  beforeAll(async () => {
    result = await runAcceptance(world.runContext(fixtures, new AbortController().signal));
  }, RUN_MS);

  test('every scene goes as it should', () => {
    const { failure, problems } = result;
    expect({ failure, problems }).toEqual({ failure: undefined, problems: [] });
  });

  test('every fact was looked at, and is as the sandbox has it; no pod runs here that could read', () => {
    const others = result.facts.filter(({ verdict }) => verdict !== 'as assumed');
    expect(others).toEqual([
      { id: 'pods-read', verdict: 'not seen', seen: ['no container runs in the sandbox'] },
    ]);
  });

  test('nothing is left', async () => {
    expect(result.left).toEqual([]);
    expect(await leftNow()).toEqual(before());
    expect(world.clusters).toEqual({ made: 1, removed: 1 });
  });

  test('the fixtures hold what AWS made of it, and no account, no key and no token', async () => {
    const names = await readdir(fixtures, { recursive: true });
    const files = names.filter((name) => name.endsWith('.json'));
    expect(files).toEqual(
      expect.arrayContaining([
        'facts.json',
        'aws/irsa/none/role.json',
        'aws/pod-identity/session-policy/associations.json',
        'cluster/pod-identity/none/injected.json',
        'refusals/association-twice.json',
        'runs/irsa/role-policy/check-with-drift.json',
      ]),
    );
    for (const file of files) {
      const text = await readFile(join(fixtures, file), 'utf8');
      expect([file, text.includes(ACCOUNT)]).toEqual([file, false]);
      expect([
        file,
        /ASIA[A-Z0-9]{8}(?!EXAMPLE)|eyJ[\w-]{20}|k8s-aws-v1\.[A-Za-z0-9]{10}/.exec(text),
      ]).toEqual([file, null]);
    }
    const role = await readFile(join(fixtures, 'aws', 'irsa', 'none', 'role.json'), 'utf8');
    expect(role).toContain('arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1');
  });
});

describe('a run that does not come to its end', () => {
  const failing = {
    scenes: [],
    before: (name: StepName) => {
      if (name === 'moves') throw new Error('no moves today');
    },
  };

  test(
    'one that fails in the middle removes everything that it has made',
    async () => {
      const result = await runAcceptance(world.runContext(fixtures, new AbortController().signal), failing);
      expect(result.failure).toBe('no moves today');
      expect(result.left).toEqual([]);
      expect(await leftNow()).toEqual(before());
    },
    RUN_MS,
  );

  test(
    'one that is cancelled while the action works, too',
    async () => {
      const controller = new AbortController();
      const runContext = world.runContext(fixtures, controller.signal);
      const result = await runAcceptance(
        {
          ...runContext,
          log: (line) => {
            runContext.log(line);
            if (line === 'irsa/none: plan: as expected') setTimeout(() => controller.abort(), 3_000);
          },
        },
        { scenes: [{ identity: 'irsa', isolation: 'none' }] },
      );
      expect(result.failure).toBe('cancelled');
      expect(result.left).toEqual([]);
      expect(await leftNow()).toEqual(before());
    },
    RUN_MS,
  );

  test(
    'what a run has left is found by its marks, and removed',
    async () => {
      const runContext = world.runContext(fixtures, new AbortController().signal);
      const { left } = await runAcceptance(runContext, { ...failing, keep: true });
      expect(left.length).toBeGreaterThan(20);
      expect(await leftNow()).not.toEqual(before());
      expect(await removeAll(world.runContext(fixtures, new AbortController().signal))).toEqual([]);
      expect(await leftNow()).toEqual(before());
    },
    RUN_MS,
  );
});
