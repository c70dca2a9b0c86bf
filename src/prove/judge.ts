/** What a try to assume the role proves. Pure. */
import type { Intent } from '../model/config.ts';
import type { Finding } from '../model/evidence.ts';
import type { Assumed } from '../model/ports.ts';
import type { Association, World } from '../model/world.ts';
import { accountOf, issuerPath, roleArn, roleNameOf } from '../policy/arn.ts';
import { providerFor } from '../policy/evaluate-trust.ts';
import { STS_AUDIENCE, subject } from '../policy/trust.ts';
import { POD_IDENTITY_AUDIENCE } from '../space/pods.ts';
import type { Visit, Visitor } from './proving.ts';

export interface Expected {
  readonly intent: Intent;
  readonly world: World;
}

/** Whether another try could not end otherwise, once changes have reached STS and EKS. */
export function isFinal(expected: Expected, visitor: Visitor): (visit: Visit) => boolean {
  return (visit) => {
    if (visit.kind === 'assumed') return mismatch(visit, expected, visitor) === undefined;
    return visit.kind !== 'refused' || !visit.mayPass;
  };
}

/** The workload itself must be let in, as itself, into its own role. */
export function judgeAccess(visit: Visit, expected: Expected, visitor: Visitor): Finding {
  switch (visit.kind) {
    case 'assumed': {
      const problem = mismatch(visit, expected, visitor);
      if (problem !== undefined) return { status: 'fail', detail: problem };
      const by = visit.association === undefined ? '' : ` through ${visit.association.id}`;
      return { status: 'pass', detail: `assumed ${visit.assumedRole} as ${visit.subject}${by}` };
    }
    case 'refused':
      return {
        status: 'fail',
        detail: `${subject(visitor.namespace, visitor.serviceAccount)} is refused: ${visit.said}`,
      };
    case 'unanswered':
      return { status: 'unknown', detail: `no answer from AWS: ${visit.said}` };
    case 'nobody':
    case 'no-token':
      return { status: 'unknown', detail: `no token could be taken: ${visit.why}` };
  }
}

/** What of the session is not as it should be, in words. */
function mismatch(seen: Assumed, { intent, world }: Expected, visitor: Visitor): string | undefined {
  const own = subject(visitor.namespace, visitor.serviceAccount);
  if (seen.subject !== own) return `assumed as ${seen.subject}, not as ${own}`;
  const audience = intent.identity === 'irsa' ? STS_AUDIENCE : POD_IDENTITY_AUDIENCE;
  if (seen.audience !== audience) return `assumed for audience ${seen.audience}, not ${audience}`;
  const arn = roleArn(intent, world.cluster);
  if (intent.identity === 'irsa') return wrongRole(seen, arn) ?? wrongProvider(seen, arn, world);
  const association = world.associations.find((one) => one.namespace === visitor.namespace);
  return wrongRole(seen, association?.targetRoleArn ?? arn) ?? wrongAssociation(seen, association);
}

/** `arn:P:sts::A:assumed-role/NAME/SESSION`: a session's ARN leaves out the role's path. */
function wrongRole({ assumedRole }: Assumed, arn: string): string | undefined {
  const [, name] = (assumedRole.split(':')[5] ?? '').split('/');
  const same = accountOf(assumedRole) === accountOf(arn) && name === roleNameOf(arn);
  return same ? undefined : `assumed ${assumedRole}, not ${arn}`;
}

/** STS's documentation says issuer; its answers hold the provider's ARN. */
function wrongProvider({ provider = '' }: Assumed, arn: string, { cluster }: World): string | undefined {
  const { issuer = '' } = cluster;
  const wanted = providerFor(arn, issuer);
  if ([wanted, issuer, issuerPath(issuer)].includes(provider)) return undefined;
  return `assumed through provider ${provider}, not ${wanted}`;
}

function wrongAssociation(
  { association: seen }: Assumed,
  wanted: Association | undefined,
): string | undefined {
  if (seen?.id === wanted?.id && seen?.arn === wanted?.arn) return undefined;
  return `assumed through ${seen?.arn}, not ${wanted?.arn ?? 'an association that is known'}`;
}

/** Somebody who has to be turned away, and how that went. */
export interface Refusal {
  readonly visitor: Visitor;
  readonly visit: Visit;
}

/** The worst of the findings, with all that are as bad. */
export function judgeRefusals(refusals: readonly Refusal[], intent: Intent): Finding {
  const findings = refusals.map((one) => judgeRefusal(one, intent));
  const order = ['fail', 'unknown', 'warn', 'pass'] as const;
  const status = order.find((one) => findings.some((finding) => finding.status === one)) ?? 'unknown';
  const shown = findings.filter((one) => one.status === status);
  return { status, detail: shown.map((one) => one.detail).join('; ') };
}

/** Strangers must be refused; where any namespace is trusted on purpose, the workload's namesake elsewhere is not. */
function judgeRefusal({ visitor, visit }: Refusal, { role, serviceAccount }: Intent): Finding {
  const who = subject(visitor.namespace, visitor.serviceAccount);
  switch (visit.kind) {
    case 'refused':
      return { status: 'pass', detail: `${who} is refused (${visit.said.split(':')[0]})` };
    case 'assumed': {
      const wide = role.kind === 'referenced' || role.trustScope === 'any-namespace';
      const meant = wide && visitor.serviceAccount === serviceAccount;
      return { status: meant ? 'warn' : 'fail', detail: `${who} could assume ${visit.assumedRole}` };
    }
    case 'unanswered':
      return { status: 'unknown', detail: `${who}: no answer from AWS, ${visit.said}` };
    case 'nobody':
      return { status: 'pass', detail: `${who} does not exist, so there is nobody to refuse` };
    case 'no-token':
      return { status: 'unknown', detail: `${who}: no token could be taken, ${visit.why}` };
  }
}
