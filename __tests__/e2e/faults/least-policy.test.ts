/** The least policy, call by call: whatever single permission is taken away, the run says which, and the next one ends well. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Asked, askedSince, auditEnd } from '../support/audit.ts';
import { knownResources, useGrants } from '../support/least-grant.ts';
import {
  fromEverything,
  iamPermissions,
  isEverything,
  type Lacking,
  rbacPermissions,
  rolesIn,
  type Seen,
} from '../support/least-policy.ts';
import type { Mode } from '../../../src/model/config.ts';
import type { Job } from '../support/published-policy.ts';
import { expectToldWhole, hasWritten, outcomeOf } from '../support/least-verdict.ts';
import { type Start, useStates } from '../support/least-world.ts';
import { MECHANISMS } from '../support/mechanisms.ts';
import { useResults } from '../support/results.ts';
import { drawn, sampled } from '../support/sample.ts';
import { useScene } from '../support/scene.ts';

interface Row {
  readonly mode: Mode;
  readonly identity: string;
  readonly kind: Lacking['kind'];
  readonly permission: string;
  readonly start: Start;
  readonly outcome: string;
}
const keep: (row: Row) => void = useResults('least-policy');

/** In which states of the world each mode runs. */
const STARTS: Readonly<Record<Mode, readonly Start[]>> = {
  plan: ['in-sync'],
  check: ['in-sync'],
  apply: ['nothing', 'drifted', 'no-audience'],
  destroy: ['in-sync'],
};
/** `LEAST_MODES=check,plan` and `LEAST_ONLY=iam:Put|patch` narrow it for whoever works on it. */
const wanted = process.env['LEAST_MODES']?.split(',');
const only = new RegExp(process.env['LEAST_ONLY'] ?? '');
const MODES = (['plan', 'check', 'apply', 'destroy'] as const).filter(
  (mode) => wanted?.includes(mode) ?? true,
);
const VERDICTS: Readonly<Record<Mode, string>> = {
  plan: 'in-sync',
  check: 'in-sync',
  apply: 'applied',
  destroy: 'destroyed',
};

describe.each(sampled(MECHANISMS))('$identity', (mechanism) => {
  const { identity } = mechanism;
  const scene = useScene({
    controlPlanes: 1,
    groups: 1,
    agent: 'none',
    rbac: '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"upbound-system"}}',
    awsSettings: { associationNeedsGetRole: true },
  });
  const grants = useGrants(scene);
  const states = useStates(scene, mechanism, grants);
  beforeAll(async () => {
    await states.prepare();
  }, 600_000);

  async function look(mode: Mode): Promise<Seen> {
    const from = auditEnd(scene.world);
    const run = await scene.run(states.inputs(mode));
    return { run, asked: askedSince(scene.world, from) };
  }

  /** With the whole of both files all goes well: what is asked for then is what a permission is worth. */
  async function whole(mode: Mode): Promise<Seen> {
    await grants.whole(`${mode}-${identity}`);
    const seen = await look(mode);
    const { exitCode, outputs, log } = seen.run;
    if (exitCode !== 0 || outputs['verdict'] !== VERDICTS[mode]) throw new Error(`not well:\n${log}`);
    if (mode !== 'plan' && mode !== 'destroy' && outputs['verified'] !== 'true')
      throw new Error(`not verified:\n${log}`);
    return seen;
  }

  async function permissionsOf(job: Job, asked: readonly Asked[]): Promise<readonly Lacking[]> {
    const rbac = isEverything(rolesIn(job))
      ? fromEverything(job, asked, await knownResources(scene))
      : rbacPermissions(job);
    return [...iamPermissions(scene.world, job), ...rbac].filter(({ name }) => only.test(name));
  }

  /** The world as it was laid, when no run has written to it since. */
  let laid: Start | undefined;

  /** A run without it, and where that may have left something half done, one with all. */
  async function tryWithout(mode: Mode, start: Start, lacking: Lacking): Promise<string> {
    const job: Job = `${mode}-${identity}`;
    if (laid !== start) await states.lay(start);
    laid = undefined;
    await grants.whole(job);
    const worked = mode !== 'destroy' && (await states.works());
    await grants.without(job, lacking);
    let isTouched = true;
    try {
      const seen = await look(mode);
      isTouched = hasWritten(seen);
      const outcome = outcomeOf(job, lacking, seen);
      expectToldWhole(seen.run);
      if (worked && !(await states.works()))
        throw new Error(`the pods have lost their role:\n${seen.run.log}`);
      return outcome;
    } finally {
      await grants.back(job, lacking);
      if (isTouched) await whole(mode);
      else laid = start;
    }
  }

  const cases = MODES.flatMap((mode) => STARTS[mode].map((start) => ({ mode, start })));
  test.each(sampled(cases.filter(({ start }) => start !== 'no-audience' || identity === 'irsa')))(
    '$mode, $start',
    async ({ mode, start }) => {
      laid = undefined;
      await states.lay(start);
      const { run, asked } = await whole(mode);
      const job: Job = `${mode}-${identity}`;
      const failed: string[] = [];
      const isUsed = (lacking: Lacking): boolean =>
        lacking.kind === 'iam'
          ? run.calls.some((call) => call.asked.includes(lacking.action))
          : asked.some(({ verb, resource }) => verb === lacking.verb && resource === lacking.resource);
      const permissions = await permissionsOf(job, asked);
      for (const lacking of drawn(permissions) ?? permissions) {
        const row = { mode, identity, kind: lacking.kind, permission: lacking.name, start };
        try {
          const outcome = isUsed(lacking) ? await tryWithout(mode, start, lacking) : 'not asked for';
          keep({ ...row, outcome });
        } catch (error) {
          failed.push(`${lacking.name}: ${String(error)}`);
          keep({ ...row, outcome: `WRONG: ${String(error).slice(0, 400)}` });
        }
      }
      expect(failed).toEqual([]);
    },
    7_200_000,
  );
});
