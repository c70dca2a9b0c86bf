/** Check `permissions`: what the role may do, asked of IAM or, where it gives no answer, read from the role's inline policies. */
import { ownReads } from '../desired/expansions.ts';
import { sampleOf } from '../desired/isolation.ts';
import { type Asker, commonExpectations, ownExpectations } from '../desired/permission-expectations.ts';
import { answerFinder } from '../desired/simulation.ts';
import { countOf, shortList } from '../model/count.ts';
import type { CheckFunction, Desired } from '../model/desired.ts';
import type { Evidence, Expectation, Finding, SimulatedAnswer } from '../model/evidence.ts';
import type { Host } from '../model/host.ts';
import type { Role, World } from '../model/world.ts';
import { evaluate } from '../policy/evaluate.ts';
import { NO_HOST } from '../space/hosts.ts';
import { sessionContext } from './session-context.ts';
import { isProven, unlessProven } from './proofs.ts';
import { asPodsRead, bareForTarget, isGoingOn, isOfSession, judgeGoingOn, PROBES } from './going-on.ts';
import { judgeRoleElsewhere } from './role-elsewhere.ts';
import { firstRole } from './store-roles.ts';

/** How an expectation turned out. */
interface Result extends Expectation {
  readonly decision: SimulatedAnswer['decision'] | 'unknown';
  /** What the answer depends on and the question did not say. */
  readonly missing: readonly string[];
  /** IAM has answered others, and not this one. */
  readonly leftOpen?: true;
}

const SIMULATED = 'simulated by IAM';
const MAY_NOT = 'evaluated locally: the job may not simulate, for want of iam:SimulatePrincipalPolicy';

/** The role may read under the prefixes, may not read outside them, and may not write. The same for all its control planes. */
export const checkPermissions: CheckFunction = (host, desired, world, evidence) => {
  // A proof that only assumed the role does not show what it may read.
  const isTold = evidence.probed === true && isProven(host, evidence);
  if (world.target.roleElsewhere) return judgeRoleElsewhere(desired, world, { isTold, by: PROBES });
  return unlessProven(asPodsRead(judged(host, desired, world, evidence), desired, isTold), isTold);
};

function judged(host: Host, desired: Desired, world: World, { simulation }: Evidence): Finding {
  const { iam, target } = world;
  const { role } = iam;
  if (role === undefined) return { status: 'fail', detail: 'the role does not exist' };
  if (role.arn !== target.roleArn)
    return { status: 'fail', detail: `the role of this name is ${role.arn}, not ${target.roleArn}` };
  if (!hasPolicies(role)) return judgeBare(host, desired, world);
  const sample = desired.grants.own.length === 0 ? NO_HOST : (sampleOf(world) ?? NO_HOST);
  const common = commonExpectations({ desired, role, target, host: sample });
  const asker = { desired, role, target, host };
  const own = ownExpectations(asker);
  const expectations = [...common, ...own].filter((one) => isOfSession(one, host, desired));
  switch (simulation.kind) {
    case 'simulated': {
      const { answers } = simulation;
      if (own.length === 0 || host.name === sample.name)
        return beyondSamples(judgeAnswers(asker, resultsOf(expectations, answers, asker), SIMULATED), asker);
      // IAM was asked in one control plane's session: of the others, their own statements are read as it reads them.
      const asked = common.filter((one) => isOfSession(one, host, desired));
      const results = [...resultsOf(asked, answers, asker), ...own.map(locally(asker))];
      const how = `${SIMULATED} for ${sample.name}, its own evaluated locally`;
      return beyondSamples(judgeAnswers(asker, results, how), asker);
    }
    case 'refused':
      return evaluateLocally(asker, expectations, MAY_NOT);
    case 'throttled':
    case 'unavailable': {
      const how = `evaluated locally, since IAM gave no answer: ${simulation.why}`;
      const found = evaluateLocally(asker, expectations, how);
      // Why IAM does not take the question may be why the role can't do without its answer.
      const isWarning = simulation.kind === 'unavailable' && found.status === 'pass';
      return isWarning ? { ...found, status: 'warn' } : found;
    }
  }
}

/** A role without a policy may read nothing: that matters where a store reads with it and does not go on to another role. */
function judgeBare({ stores }: Host, { intent }: Desired, { target }: World): Finding {
  if (intent.targetRoleArn !== undefined)
    return bareForTarget(intent.targetRoleArn, intent.role.kind, target);
  const detail = 'the role has no policy: it may read nothing';
  const reading = stores.filter((store) => store.auth !== 'static-keys' && firstRole(store) === undefined);
  if (intent.role.kind === 'owned' || reading.length > 0) return { status: 'fail', detail };
  const roles = [...new Set(stores.flatMap((store) => firstRole(store) ?? []))];
  const why = roles.length === 0 ? 'no store reads with it' : `its stores go on to ${roles.join(', ')}`;
  return { status: 'warn', detail: `${detail}, and ${why}` };
}

function hasPolicies({ inlinePolicies, attachedPolicies }: Role): boolean {
  return Object.keys(inlinePolicies).length + attachedPolicies.length > 0;
}

function resultsOf(
  expectations: readonly Expectation[],
  answers: readonly SimulatedAnswer[],
  asker: Asker,
): readonly Result[] {
  const { desired, target } = asker;
  const answerTo = answerFinder(answers);
  return expectations.map((expectation) => {
    const answer = answerTo(expectation);
    if (answer === undefined) return { ...locally(asker)(expectation), leftOpen: true };
    // IAM names every key that it was not given; what such a session never has changes no answer.
    const missing = answer.missing.filter((key) => !desired.mechanism.sessionLacks(key, target));
    return { ...expectation, decision: answer.decision, missing };
  });
}

/** What IAM has left open is read from the role's inline policies, which is no more than a warning: others may say otherwise. */
function judgeAnswers({ desired, host }: Asker, results: readonly Result[], how: string): Finding {
  const open = results.filter(({ leftOpen }) => leftOpen === true).length;
  if (open === 0) return judgeResults(desired, host, results, how);
  const local = `${countOf(open, 'question')} that IAM left open evaluated locally`;
  const found = judgeResults(desired, host, results, `${how}, ${local}`);
  return found.status === 'pass' ? { ...found, status: 'warn' } : found;
}

/** IAM simulates managed policies with the rest, on samples of names: what else one names is not read. */
function beyondSamples(found: Finding, { desired, role }: Asker): Finding {
  const { role: asked, targetRoleArn } = desired.intent;
  const isWhole = role.attachedPolicies.length === 0 || asked.kind === 'referenced';
  if (isWhole || targetRoleArn !== undefined || found.status !== 'pass') return found;
  const managed = countOf(role.attachedPolicies.length, 'managed policy', 'managed policies');
  return {
    status: 'warn',
    detail: `${found.detail}; what else ${managed} of somebody else may allow was not looked into`,
  };
}

/** Managed policies and the boundary are not read: with one of these, an answer is only half of one. */
function evaluateLocally(asker: Asker, expectations: readonly Expectation[], how: string): Finding {
  const { desired, role, host } = asker;
  const found = judgeResults(desired, host, expectations.map(locally(asker)), how);
  const unread = [
    ...(role.attachedPolicies.length > 0
      ? [countOf(role.attachedPolicies.length, 'managed policy', 'managed policies')]
      : []),
    ...(role.permissionsBoundary === undefined ? [] : ['the permissions boundary']),
  ];
  if (unread.length === 0) return found;
  // Its own policies say so; whether the rest agrees only a simulation or a proof tells.
  const status = found.status === 'pass' ? 'warn' : found.status;
  return { status, detail: `${found.detail}; ${unread.join(' and ')} could not be looked into` };
}

/** What the role's inline policies say. */
function locally({ desired, role, target }: Asker): (expectation: Expectation) => Result {
  const documents = Object.values(role.inlinePolicies);
  return (expectation) => {
    const { action, resource } = expectation;
    const context = sessionContext(expectation.context, desired, target);
    const { decision, unknowns } = evaluate(documents, { action, resource, context });
    // With a role made elsewhere, its attached policies, which are not read, may allow it to go on.
    const isOpen =
      decision === 'implicit-deny' &&
      desired.intent.role.kind === 'referenced' &&
      role.attachedPolicies.length > 0 &&
      isGoingOn(expectation);
    return { ...expectation, decision: isOpen ? 'unknown' : decision, missing: unknowns };
  };
}

function judgeResults(
  { intent, grants }: Desired,
  host: Host,
  results: readonly Result[],
  how: string,
): Finding {
  const isReferenced = intent.role.kind === 'referenced';
  const bad = results.filter(isBad);
  if (bad.length > 0) {
    // What a role made elsewhere may do beyond is its makers' affair, and told.
    const isAccepted = isReferenced && bad.every(({ expected }) => expected === 'refused');
    return {
      status: isAccepted ? 'warn' : 'fail',
      detail: `${shortList(bad.map(badWords), 3, '; ')} (${how})`,
    };
  }
  const unclear = results.filter(({ decision, missing }) => decision === 'unknown' || missing.length > 0);
  if (unclear.length > 0)
    return { status: 'unknown', detail: `${shortList(unclear.map(unclearWords), 3, '; ')} (${how})` };
  if (intent.targetRoleArn !== undefined) return judgeGoingOn(intent.targetRoleArn, results, how);
  if (isReferenced) return judgeReferenced(results, how);
  const prefixes = [...grants.reads, ...ownReads(grants, host)].map(({ prefix }) => prefix).join(', ');
  const keys = grants.keys.length > 0 ? ', may decrypt with its keys' : '';
  const roles =
    grants.assumes.length > 0 ? `, may go on to ${grants.assumes.join(', ')} and no other role` : '';
  return {
    status: 'pass',
    detail: `may read under ${prefixes}, not outside, may not write${keys}${roles} (${how})`,
  };
}

function judgeReferenced(results: readonly Result[], how: string): Finding {
  const hasReads = results.some(({ expected }) => expected === 'allowed');
  if (hasReads)
    return {
      status: 'pass',
      detail: `may read what its policies name, nothing else, may not write (${how})`,
    };
  const ask = 'name `probe-secrets` or `probe-parameters` with `prove-access` to see it read';
  return {
    status: 'warn',
    detail: `its inline policies grant no reads; managed policies are not read: ${ask}`,
  };
}

/** Fails only when certain: a denial that depends on an unknown key is `unknown`. */
function isBad({ decision, expected, missing }: Result): boolean {
  if (decision === 'unknown') return false;
  if (expected === 'refused') return decision === 'allowed';
  return decision !== 'allowed' && missing.length === 0;
}

function badWords({ action, resource, expected, where, decision }: Result): string {
  if (expected === 'refused') return `may ${action} ${where} (${resource})`;
  const why = decision === 'explicit-deny' ? 'a policy denies it' : 'nothing allows it';
  return `may not ${action} ${where} (${resource}): ${why}`;
}

function unclearWords({ action, where, missing }: Result): string {
  const why = missing.length === 0 ? 'no answer' : `depends on ${missing.join(', ')}`;
  return `${action} ${where}: ${why}`;
}
