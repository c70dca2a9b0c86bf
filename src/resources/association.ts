/** EKS Pod Identity associations: one per host namespace, updated in place, and none of ours where IRSA is wanted. */
import type { Change, ChangeOf } from '../model/change.ts';
import type { Intent } from '../model/config.ts';
import type { Association, World } from '../model/world.ts';
import { roleArn } from '../policy/arn.ts';
import { isGone, type Target, targets } from '../space/targets.ts';
import { each } from './outcomes.ts';
import { isOurs, marked, missingTags } from './ownership.ts';
import { change, foreign, type Proposal, type Resource } from './resource.ts';
import { associationsIn } from '../space/lookup.ts';

export const association: Resource<'association'> = {
  plan(intent, world) {
    const served = targets(world);
    const wanted = intent.identity === 'pod-identity';
    const proposals = served.map((target) =>
      wanted ? planFor(target, intent, world) : unwanted(target, intent, world),
    );
    const inTheWay = proposals.flatMap((proposal) => proposal.blockers ?? []);
    const gone = intent.prune ? goneOnes(intent, world) : [];
    return { changes: [...proposals.flatMap((proposal) => proposal.changes), ...gone], blockers: inTheWay };
  },

  remove(intent, world) {
    const changes = world.associations.map((there): Change => {
      const target = nameOf(there);
      if (isOurs(there, world.cluster)) return removal(there, intent, 'this action made it for this cluster');
      const reason = 'it does not carry this action’s mark';
      return foreign({ id: `association/${there.namespace}`, target, reason, severity: 'hygiene' });
    });
    return { changes };
  },

  async apply(changes, workshop) {
    const { write, read } = workshop;
    const outcomes = await each(changes, async ({ action, payload }) => {
      if (action === 'create') await write.aws.createAssociation(payload);
      else if (action === 'delete') await write.aws.deleteAssociation(payload);
      else await write.aws.updateAssociation(payload);
    });
    if (outcomes.some((outcome) => outcome.status === 'done')) workshop.identityChangedAt = read.clock.now();
    return outcomes;
  },
};

function nameOf(there: Association): string {
  return `${there.namespace}/${there.serviceAccount} (${there.id})`;
}

function find(world: World, namespace: string): Association | undefined {
  return associationsIn(world.associations, namespace)[0];
}

function planFor(target: Target, intent: Intent, world: World): Proposal {
  const { namespace } = target;
  const role = roleArn(intent, world.cluster);
  const there = find(world, namespace);
  const spec = {
    clusterName: intent.clusterName,
    namespace,
    serviceAccount: intent.serviceAccount,
    roleArn: role,
    tags: marked(world.cluster, intent.tags),
  };
  const id = `association/${namespace}`;
  const name = `${namespace}/${intent.serviceAccount}`;
  if (there === undefined) {
    const reason = 'there is none for the service account';
    const after = { roleArn: role };
    return {
      changes: [
        change('association', spec, {
          id,
          action: 'create',
          target: name,
          reason,
          after,
          severity: 'security',
        }),
      ],
    };
  }
  const wrong = whatIsWrong(there, role, intent);
  const untagged = missingTags(spec.tags, there.tags);
  if (!isOurs(there, world.cluster) && (there.ownerArn !== undefined || !intent.adopt)) {
    return notOurs(there, wrong, 'point it to our role');
  }
  const narrowed = alteredByOthers(there);
  if (wrong === '' && Object.keys(untagged).length === 0) return { changes: narrowed };
  const payload = { ...spec, associationId: there.id, associationArn: there.arn };
  return {
    changes: [
      change('association', payload, {
        id,
        action: 'update',
        target: nameOf(there),
        reason: wrong === '' ? 'tags are missing or differ' : wrong,
        before: { roleArn: there.roleArn, sessionTagsOff: there.disableSessionTags, tags: there.tags },
        after: { roleArn: role, sessionTagsOff: false, tags: { ...there.tags, ...untagged } },
        severity: there.roleArn !== role ? 'security' : wrong === '' ? 'hygiene' : 'availability',
      }),
      ...narrowed,
    ],
  };
}

/** Settings that this action never makes and leaves alone: they give the pods another role, or less of it. */
function alteredByOthers(there: Association): readonly Change[] {
  const reasons = [
    ...(there.targetRoleArn === undefined
      ? []
      : [`someone set a target role: pods get ${there.targetRoleArn}`]),
    ...(there.hasPolicy ? ['someone narrowed it with a session policy'] : []),
  ];
  return reasons.map((reason) =>
    foreign({
      id: `association/${there.namespace}`,
      target: nameOf(there),
      reason: `${reason}; it is left alone`,
      severity: 'security',
      drift: true,
    }),
  );
}

/** What keeps an association from doing its work, in words; empty when nothing does. */
function whatIsWrong(there: Association, role: string, intent: Intent): string {
  if (there.roleArn !== role) return 'it points to another role';
  // The trust policy that this action writes names the namespace by a session tag.
  if (there.disableSessionTags && intent.role.kind === 'owned')
    return 'its session tags are off, and the trust policy needs them';
  return '';
}

/** One of someone else's that does its work is no one's problem; one that does not is in the way. */
function notOurs(there: Association, wrong: string, purpose: string): Proposal {
  const id = `association/${there.namespace}`;
  const who =
    there.ownerArn === undefined
      ? 'it does not carry this action’s mark'
      : `the add-on ${there.ownerArn} owns it`;
  const seen = foreign({
    id,
    target: nameOf(there),
    reason: who,
    before: { roleArn: there.roleArn },
    severity: 'security',
  });
  if (wrong === '') return { changes: [seen] };
  const next =
    there.ownerArn === undefined
      ? `Set \`adopt: true\` to take it over and ${purpose}, or delete it by hand.`
      : 'Change it through the add-on, or leave this control plane out with `control-planes`.';
  return {
    changes: [seen],
    blockers: [{ reason: 'not-owned', target: nameOf(there), message: `${wrong}, and ${who}`, next }],
  };
}

/** Under IRSA an association wins over the annotation in EKS's webhook, so it has to go. */
function unwanted(target: Target, intent: Intent, world: World): Proposal {
  const there = find(world, target.namespace);
  if (there === undefined) return { changes: [] };
  if (isOurs(there, world.cluster) || (intent.adopt && there.ownerArn === undefined)) {
    return {
      changes: [removal(there, intent, 'IRSA is wanted, and an association wins over the annotation')],
    };
  }
  return notOurs(there, 'IRSA is wanted, and an association wins over the annotation', 'remove it');
}

function goneOnes(intent: Intent, world: World): readonly ChangeOf<'association'>[] {
  const served = new Set(targets(world).map((target) => target.namespace));
  return world.associations
    .filter(
      (there) =>
        !served.has(there.namespace) && isOurs(there, world.cluster) && isGone(world, there.namespace),
    )
    .map((there) => removal(there, intent, 'its control plane is gone'));
}

function removal(there: Association, intent: Intent, reason: string): ChangeOf<'association'> {
  const { namespace, serviceAccount, roleArn: role, tags } = there;
  const payload = {
    clusterName: intent.clusterName,
    namespace,
    serviceAccount,
    roleArn: role,
    tags,
    associationId: there.id,
    associationArn: there.arn,
  };
  return change('association', payload, {
    id: `association/${namespace}`,
    action: 'delete',
    target: nameOf(there),
    reason,
    before: { roleArn: role, tags },
    severity: 'security',
  });
}
