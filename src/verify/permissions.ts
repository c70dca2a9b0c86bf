/** What the role may do: asked of IAM, or, where the job may not ask, read from the role's own inline policies. */
import type { Intent } from '../model/config.ts';
import type { Evidence, Finding, Proofs, SimulatedAnswer } from '../model/evidence.ts';
import type { Role, World } from '../model/world.ts';
import { accountOf, roleArn } from '../policy/arn.ts';
import { evaluate } from '../policy/evaluate.ts';
import { elsewhere } from './elsewhere.ts';
import { type Expectation, expectations, hasPolicies } from './permission-questions.ts';

/** How an expectation turned out. */
interface Result extends Expectation {
  readonly decision: SimulatedAnswer['decision'] | 'unknown';
  readonly missing: readonly string[];
}

const SIMULATED = 'simulated by IAM';
const LOCALLY = 'evaluated locally: the job may not simulate';

/** The role may read under the prefixes, may not read outside them, and may not write. The same for all its control planes. */
export function permissionFinding(intent: Intent, world: World, evidence: Evidence): Finding | undefined {
  const arn = roleArn(intent, world.cluster);
  if (accountOf(arn) !== world.cluster.account) return undefined;
  const { role } = world;
  if (role === undefined) return { status: 'fail', detail: 'the role does not exist' };
  if (role.arn !== arn) return { status: 'fail', detail: `the role of this name is ${role.arn}, not ${arn}` };
  if (!hasPolicies(role)) return { status: 'fail', detail: 'the role has no policy: it may read nothing' };
  const asked = expectations(intent, world.cluster, role);
  const { simulation } = evidence;
  switch (simulation.kind) {
    case 'simulated':
      return judge(intent, resultsOf(asked, simulation.answers), SIMULATED);
    case 'refused':
      return locally(intent, role, asked);
    case 'unavailable':
      return { status: 'unknown', detail: `IAM did not say: ${simulation.why}` };
  }
}

/** Of a role in another account only a proof tells. */
export function permissionsElsewhere(intent: Intent, world: World, proofs: Proofs | undefined): Finding {
  return elsewhere(intent, world, proofs);
}

const keyOf = ({ action, resource, context }: Pick<Expectation, 'action' | 'resource' | 'context'>): string =>
  JSON.stringify([action.toLowerCase(), resource, context]);

function resultsOf(asked: readonly Expectation[], answers: readonly SimulatedAnswer[]): readonly Result[] {
  const byKey = new Map(answers.map((answer) => [keyOf(answer), answer]));
  return asked.map((one) => {
    const answer = byKey.get(keyOf(one));
    return { ...one, decision: answer?.decision ?? 'unknown', missing: answer?.missing ?? [] };
  });
}

/** Managed policies and the boundary are not read: with one of these, an answer is only half of one. */
function locally(intent: Intent, role: Role, asked: readonly Expectation[]): Finding {
  const documents = Object.values(role.inlinePolicies);
  const results = asked.map((one): Result => {
    const values = new Map(Object.entries(one.context).map(([key, value]) => [key.toLowerCase(), [value]]));
    const { action, resource } = one;
    const { decision, puzzles } = evaluate(documents, {
      action,
      resource,
      context: { values, isAbsent: () => false },
    });
    return { ...one, decision, missing: puzzles };
  });
  const found = judge(intent, results, LOCALLY);
  const unread = [
    ...(role.attachedPolicies.length > 0 ? [`${role.attachedPolicies.length} managed policies`] : []),
    ...(role.permissionsBoundary === undefined ? [] : ['the permissions boundary']),
  ];
  if (unread.length === 0) return found;
  // Its own policies say so; whether the rest agrees only a simulation or a proof tells.
  const status = found.status === 'pass' ? 'warn' : found.status;
  return { status, detail: `${found.detail}; ${unread.join(' and ')} could not be looked into` };
}

function judge({ role }: Intent, results: readonly Result[], how: string): Finding {
  const bad = results.filter(isBad);
  if (bad.length > 0) {
    // What a role made elsewhere may do beyond is its makers' affair, and told.
    const accepted = role.kind === 'referenced' && bad.every(({ expected }) => expected === 'refused');
    const status = accepted ? 'warn' : 'fail';
    return { status, detail: `${some(bad.map(words))} (${how})` };
  }
  const unclear = results.filter(({ decision, missing }) => decision === 'unknown' || missing.length > 0);
  if (unclear.length > 0) {
    return { status: 'unknown', detail: `${some(unclear.map(unclearWords))} (${how})` };
  }
  if (role.kind === 'referenced') {
    const granted = results.filter(({ expected }) => expected === 'allowed');
    if (granted.length === 0) {
      const ask = 'name `probe-secrets` or `probe-parameters` with `prove-access` to see it read';
      return {
        status: 'warn',
        detail: `its inline policies grant no reads; managed policies are not read: ${ask}`,
      };
    }
    return {
      status: 'pass',
      detail: `may read what its policies name, nothing else, may not write (${how})`,
    };
  }
  const prefixes = [...role.secretPrefixes, ...role.parameterPrefixes].join(', ');
  const keys = role.kmsKeyArns.length > 0 ? ', may decrypt with its keys' : '';
  return { status: 'pass', detail: `may read under ${prefixes}, not outside, may not write${keys} (${how})` };
}

/** The contrary of what is expected, whatever else the answer might depend on; a refusal that hangs on a key we can't give is no more than unclear. */
function isBad({ decision, expected, missing }: Result): boolean {
  if (decision === 'unknown') return false;
  if (expected === 'refused') return decision === 'allowed';
  return decision !== 'allowed' && missing.length === 0;
}

function words({ action, resource, expected, where, decision }: Result): string {
  if (expected === 'refused') return `may ${action} ${where} (${resource})`;
  const why = decision === 'explicit-deny' ? 'a policy denies it' : 'nothing allows it';
  return `may not ${action} ${where} (${resource}): ${why}`;
}

function unclearWords({ action, where, missing }: Result): string {
  const why = missing.length === 0 ? 'no answer' : `depends on ${missing.join(', ')}`;
  return `${action} ${where}: ${why}`;
}

function some(texts: readonly string[]): string {
  return texts.length <= 3
    ? texts.join('; ')
    : `${texts.slice(0, 3).join('; ')} and ${texts.length - 3} more`;
}
