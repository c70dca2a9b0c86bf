/** The verification: one judgement per control plane and check, over a world observed after the last write. Pure. */
import type { Check, CheckName } from '../model/check.ts';
import type { Desired } from '../model/desired.ts';
import type { Evidence } from '../model/evidence.ts';
import { Failure } from '../model/failure.ts';
import type { Host } from '../model/host.ts';
import type { World } from '../model/world.ts';
import { NO_HOST, whyNotReady } from '../space/hosts.ts';
import { FORECAST_CHECKS } from './forecast.ts';
import { ISOLATION_CHECKS } from './isolation.ts';
import { PROOF_CHECKS } from './proofs.ts';

/** All checks of all selected control planes. Nothing is proved for those that are not ready: their checks are `unknown`. */
export function verify(desired: Desired, world: World, evidence: Evidence): readonly Check[] {
  const proofs = evidence.proofs === undefined ? [] : PROOF_CHECKS;
  const isolation = desired.grants.own.length === 0 ? [] : ISOLATION_CHECKS;
  // Placed ones first: what is known of them can be looked at.
  const unplaced = world.selected.filter(({ namespace }) => namespace === '');
  if (world.selected.length === 0) return ofTheSpace(desired, world, evidence);
  return [...world.placed, ...unplaced].flatMap((host) => {
    const why = whyNotReady(host);
    const forecasts = evidence.forecasts?.has(host.namespace) === true ? FORECAST_CHECKS : [];
    const checks = [...desired.mechanism.checks, ...isolation, ...forecasts, ...proofs];
    const key = { controlPlane: controlPlaneOf(host), namespace: host.namespace };
    return checks.map(([check, judge]): Check => {
      if (why !== undefined) return { ...key, check, status: 'unknown', detail: why };
      return { ...key, check, ...judge(host, desired, world, evidence) };
    });
  });
}

/** What can be judged without a control plane. */
const OF_THE_SPACE: ReadonlySet<CheckName> = new Set(['permissions', 'agent']);

/** A pipeline that provisions a Space comes here before there is a control plane. */
function ofTheSpace(desired: Desired, world: World, evidence: Evidence): readonly Check[] {
  return desired.mechanism.checks
    .filter(([check]) => OF_THE_SPACE.has(check))
    .map(([check, judge]) => ({
      controlPlane: '',
      namespace: '',
      check,
      ...judge(NO_HOST, desired, world, evidence),
    }));
}

/** Empty for a namespace that was named outright. */
function controlPlaneOf({ name, controlPlane }: Host): string {
  return controlPlane?.group === '' ? '' : name;
}

/** `unknown` is no proof: only passes, and warnings that came with them, count. Nothing that was looked at proves nothing. */
export function isVerified(checks: readonly Check[]): boolean {
  const isSound = checks.every(({ status }) => status === 'pass' || status === 'warn');
  return isSound && checks.some(({ status }) => status === 'pass');
}

/** The failure of a run whose checks did not all pass; undefined when they did. */
export function notVerified(checks: readonly Check[]): Failure | undefined {
  if (isVerified(checks)) return undefined;
  const bad = checks.filter(({ status }) => status === 'fail' || status === 'unknown');
  const shown = bad
    .slice(0, 5)
    .map(({ namespace, check, detail }) => `${namespace} ${check}: ${detail}`.trimStart());
  const more = bad.length > 5 ? [`and ${bad.length - 5} more`] : [];
  return new Failure('not-verified', {
    tried: 'verify the identity on the live workloads',
    said: bad.length === 0 ? 'no check passed' : [...shown, ...more].join('; '),
    next: 'The output `verification` and the job summary have every check with what was seen.',
  });
}
