/** Whether the workload's role may read one secret or parameter: by the grants of a role that is shaped here, by the policies of another. */
import { ownReads, unknownPlaceholders } from '../desired/expansions.ts';
import { startOf } from '../desired/isolation.ts';
import type { Desired } from '../model/desired.ts';
import type { Host } from '../model/host.ts';
import type { Role, World } from '../model/world.ts';
import { tellsSessionsApart } from '../policy/equivalence.ts';
import type { Evaluation } from '../policy/evaluate.ts';
import { fits } from '../policy/patterns.ts';
import { withoutPlaceholders } from '../policy/placeholders.ts';
import { evaluateNarrowed } from '../policy/session-policy.ts';
import type { Named } from './secret-location.ts';
import { contextOfHost } from './session-context.ts';

/** `other`: it is read with other credentials than this identity's. The `why` is a clause for people. */
export type ReadVerdict =
  | { readonly kind: 'yes' | 'other' }
  | { readonly kind: 'no' | 'unknown'; readonly why: string };

const YES: ReadVerdict = { kind: 'yes' };

/** What the workload's role may, as the session of one control plane: what is the same for all its keys is worked out once. */
export function rightsOf(host: Host, desired: Desired, world: World): (asked: Named) => ReadVerdict {
  if (desired.intent.role.kind === 'referenced') return (asked) => byPolicies(asked, host, desired, world);
  const { grants } = desired;
  const reads = [...grants.reads, ...ownReads(grants, host)].map(
    (read) => [read.service, startOf(read)] as const,
  );
  return (asked) =>
    reads.some(([service, start]) => service === asked.service && asked.arn.startsWith(start))
      ? YES
      : outside(asked, host, desired, world);
}

/** Why no grant covers it. */
function outside(asked: Named, host: Host, { grants }: Desired, { target }: World): ReadVerdict {
  const { service, region, arn } = asked;
  if (region !== target.region)
    return { kind: 'no', why: `it lies in ${region}, and prefixes are granted in ${target.region}` };
  const [missing] = unknownPlaceholders(grants, host);
  const own = grants.own.find(
    (prefix) => prefix.service === service && fits(withoutPlaceholders(prefix.resource, '*'), arn),
  );
  if (own === undefined) return { kind: 'no', why: `no prefix covers it: ${covering(asked)} would` };
  return missing === undefined
    ? { kind: 'no', why: `no prefix covers it but ${own.prefix}, which is each control plane's own` }
    : { kind: 'unknown', why: `it may lie under ${own.prefix}: what {${missing}} stands for is not known` };
}

/** The folder of a name, or the name where it lies in none. */
function covering({ service, name }: Named): string {
  const input = service.name === 'ssm' ? 'parameter-prefixes' : 'secret-prefixes';
  return `\`${input}: ${name.replace(/[^/]*$/, '') || name}\``;
}

function byPolicies(asked: Named, host: Host, desired: Desired, world: World): ReadVerdict {
  const { iam, target } = world;
  const { role } = iam;
  if (role?.arn !== target.roleArn) {
    if (!target.roleElsewhere) return { kind: 'no', why: `there is no role ${target.roleArn}` };
    const why = `the role is in account ${target.roleAccount} and can't be read from here`;
    return { kind: 'unknown', why };
  }
  const { decision, unknowns } = evaluated(asked, role, { host, desired, world });
  switch (decision) {
    case 'allowed':
      return YES;
    case 'explicit-deny':
      return { kind: 'no', why: 'a policy of the role denies it' };
    case 'implicit-deny':
      return role.attachedPolicies.length === 0
        ? { kind: 'no', why: 'no policy of the role allows it' }
        : { kind: 'unknown', why: 'no inline policy of the role allows it, and managed ones are not read' };
    case 'unknown':
      return { kind: 'unknown', why: `it depends on ${unknowns.join(', ')}` };
  }
}

/** Many control planes read the same: where no policy tells their sessions apart, one answer is for all of them. */
const answers = new WeakMap<World, Map<string, Evaluation>>();

function evaluated(
  asked: Named,
  role: Role,
  { host, desired, world }: { readonly host: Host; readonly desired: Desired; readonly world: World },
): Evaluation {
  const { target } = world;
  const documents = Object.values(role.inlinePolicies);
  const { service, arn } = asked;
  // Tags are read by what is not the value.
  const [action = service.readsValue] = asked.kind === 'tags' ? service.reads.slice(1) : [];
  const resource = arn.endsWith('-') ? `${arn}${service.exampleSuffix.slice(1)}` : arn;
  const isApart = host.association?.sessionPolicy !== undefined || documents.some(tellsSessionsApart);
  const session = isApart ? host.namespace : '';
  const known = answers.get(world) ?? new Map<string, Evaluation>();
  answers.set(world, known);
  const key = JSON.stringify([action, resource, session]);
  const answer = known.get(key);
  if (answer !== undefined) return answer;
  const context = contextOfHost(host, resource, desired, target);
  const made = evaluateNarrowed(documents, host.association?.sessionPolicy, { action, resource, context });
  known.set(key, made);
  return made;
}
