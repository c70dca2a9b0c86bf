/** Check `isolation`: a control plane reads its own, and none of what another has for itself. Only where prefixes have placeholders. */
import { ownReads } from '../desired/expansions.ts';
import { allOwned, mayRead, othersRefused, startOf } from '../desired/isolation.ts';
import { exampleUnder } from '../desired/expectation-parts.ts';
import { answerFinder } from '../desired/simulation.ts';
import type { CheckFunction, Desired, NamedCheck } from '../model/desired.ts';
import { countOf } from '../model/count.ts';
import type { Evidence, Finding } from '../model/evidence.ts';
import type { Grant } from '../model/grant.ts';
import type { Host } from '../model/host.ts';
import type { Role, World } from '../model/world.ts';
import type { Evaluation } from '../policy/evaluate.ts';
import { evaluateNarrowed } from '../policy/session-policy.ts';
import { fits } from '../policy/patterns.ts';
import { reachable } from '../policy/reach.ts';
import { PROBES } from './going-on.ts';
import { contextOfHost } from './session-context.ts';

const checkIsolation: CheckFunction = (host, desired, world, evidence) => {
  const proven = evidence.proofs?.get(host.namespace)?.isolation;
  if (proven?.status === 'fail') return proven;
  const { targetRoleArn } = desired.intent;
  if (targetRoleArn !== undefined) return proven ?? byTarget(targetRoleArn);
  const found = evaluated(host, desired, world, evidence);
  return found.status !== 'pass' || proven === undefined
    ? found
    : { status: proven.status, detail: `${found.detail}; ${proven.detail}` };
};

/** What the role's own policies tell apart is nothing that the pods read by. */
function byTarget(targetRoleArn: string): Finding {
  const detail = `pods read as ${targetRoleArn}, and only that role's policy can tell them apart (by aws:PrincipalTag/kubernetes-namespace)`;
  return { status: 'warn', detail: `${detail}: ${PROBES} that have placeholders prove it` };
}

export const ISOLATION_CHECKS: readonly NamedCheck[] = [['isolation', checkIsolation]];

function evaluated(host: Host, desired: Desired, world: World, evidence: Evidence): Finding {
  const { role } = world.iam;
  if (role === undefined) return { status: 'fail', detail: 'the role does not exist' };
  const own = ownReads(desired.grants, host);
  const problem = ownUnreadable(own, host, role, { desired, world });
  if (problem !== undefined) return problem;
  const others = othersReadable(host, role, desired, world);
  const [first] = others;
  if (first !== undefined)
    return { status: first.status, detail: others.map(({ detail }) => detail).join('; ') };
  const asked = answersAbout(host, desired, world, evidence);
  const open = asked.filter(({ isAllowed }) => isAllowed).map(({ where }) => where);
  if (open.length > 0)
    return { status: 'fail', detail: `IAM lets it read ${open.join(', ')}, by a policy that is not inline` };
  if (role.attachedPolicies.length > 0)
    return {
      status: 'warn',
      detail: `by the role's inline policies it reads ${namesOf(own)} and nothing of others; what managed policies add could not be looked into: ${role.attachedPolicies.join(', ')}`,
    };
  const how =
    asked.length === 0
      ? ''
      : `, and of ${countOf(asked.length, 'prefix', 'prefixes')} of others asked of IAM`;
  return {
    status: 'pass',
    detail: `reads ${namesOf(own)}, and nothing of others (evaluated locally${how})`,
  };
}

/** What of its own it may not read, or perhaps not. */
function ownUnreadable(
  own: readonly Grant[],
  host: Host,
  role: Role,
  at: { readonly desired: Desired; readonly world: World },
): Finding | undefined {
  const decided = own.map((read) => [read.prefix, decide(host, read, role, at)] as const);
  const refused = decided.find(([, decision]) => decision.endsWith('deny'));
  if (refused !== undefined) {
    const [prefix, decision] = refused;
    const why = decision === 'explicit-deny' ? 'a policy denies it' : 'nothing allows it';
    return { status: 'fail', detail: `it may not read its own ${prefix}: ${why}` };
  }
  const [unclear] = decided.find(([, decision]) => decision === 'unknown') ?? [];
  return unclear === undefined
    ? undefined
    : { status: 'unknown', detail: `whether it may read its own ${unclear} is not known` };
}

const namesOf = (own: readonly Grant[]): string => own.map(({ prefix }) => prefix).join(', ');

/** What others have for themselves and the host can read, or might: at most three, the worst first. */
function othersReadable(host: Host, role: Role, desired: Desired, world: World): readonly Finding[] {
  const open = unexplained(host, role, desired, world);
  if (open.length === 0) return [];
  const found = allOwned(desired, world)
    .filter(({ host: owner, expansion }) => owner !== host && !mayRead(desired, host, expansion))
    .filter(({ expansion: { service, prefix } }) =>
      open.some((pattern) => fits(pattern, exampleUnder(service, prefix, world.target))),
    )
    .flatMap(({ host: owner, expansion }): readonly Finding[] => {
      const decision = decide(host, expansion, role, { desired, world });
      if (decision === 'allowed')
        return [{ status: 'fail', detail: `it may read ${expansion.prefix} of ${owner.name}` }];
      if (decision !== 'unknown') return [];
      return [
        {
          status: 'unknown',
          detail: `whether it may read ${expansion.prefix} of ${owner.name} is not known`,
        },
      ];
    });
  return found.toSorted((a, b) => Number(b.status === 'fail') - Number(a.status === 'fail')).slice(0, 3);
}

/** What the role's policies may let it read beyond what it should: mostly nothing, so that nobody has to ask about every other. */
function unexplained(host: Host, role: Role, desired: Desired, world: World): readonly string[] {
  const { grants } = desired;
  const all = [...grants.reads, ...grants.own];
  const starts = [...grants.reads, ...ownReads(grants, host)].map(startOf);
  // A session policy narrows the session to what it allows itself.
  const { sessionPolicy } = host.association ?? {};
  const documents = sessionPolicy === undefined ? Object.values(role.inlinePolicies) : [sessionPolicy];
  return [...new Set(all.map(({ service }) => service))].flatMap((service) => {
    const context = contextOfHost(host, exampleUnder(service, '', world.target), desired, world.target);
    return reachable(documents, { action: service.readsValue, context }).filter(
      (pattern) => !starts.some((start) => pattern.startsWith(start)),
    );
  });
}

function decide(
  host: Host,
  { service, prefix }: Grant,
  role: Role,
  { desired, world }: { readonly desired: Desired; readonly world: World },
): Evaluation['decision'] {
  const resource = exampleUnder(service, prefix, world.target);
  const context = contextOfHost(host, resource, desired, world.target);
  const { sessionPolicy } = host.association ?? {};
  const request = { action: service.readsValue, resource, context };
  return evaluateNarrowed(Object.values(role.inlinePolicies), sessionPolicy, request).decision;
}

/** What IAM said of others' secrets to the one control plane in whose session it was asked. */
function answersAbout(
  host: Host,
  desired: Desired,
  world: World,
  { simulation }: Evidence,
): readonly Asked[] {
  const { role } = world.iam;
  if (simulation.kind !== 'simulated' || role === undefined) return [];
  const answerTo = answerFinder(simulation.answers);
  return othersRefused(desired, role, world, host).flatMap((expectation): readonly Asked[] => {
    const answer = answerTo(expectation);
    return answer === undefined
      ? []
      : [{ where: expectation.where, isAllowed: answer.decision === 'allowed' }];
  });
}

interface Asked {
  readonly where: string;
  readonly isAllowed: boolean;
}
