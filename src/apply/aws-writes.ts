/** Every operation in IAM and EKS, and the call that carries it out. */
import type { ChangeBy, Outcome } from '../model/change.ts';
import { Failure } from '../model/failure.ts';
import type { DeleteOidcProvider } from '../model/write.ts';
import { otherUsers, usedBy } from '../resources/oidc-provider.ts';
import type { ApplyContext } from './context.ts';
import { eachInAws } from './outcomes.ts';

type AssociationOperation = 'create-association' | 'update-association' | 'delete-association';

type IamOperation =
  | 'create-oidc-provider'
  | 'add-audience'
  | 'delete-oidc-provider'
  | 'create-role'
  | 'delete-role'
  | 'tag-role'
  | 'put-permissions-boundary'
  | 'put-trust-policy'
  | 'narrow-trust-policy'
  | 'put-inline-policy'
  | 'narrow-inline-policy';

/** One outcome for each change, in their order. Throws nothing: a call that fails is a failed outcome. */
export async function applyInIam(
  changes: readonly ChangeBy<IamOperation>[],
  context: ApplyContext,
): Promise<readonly Outcome[]> {
  const { aws } = context.write;
  return await eachInAws(changes, context, async (write) => {
    switch (write.op) {
      case 'create-oidc-provider':
        return await aws.createOidcProvider(write);
      case 'add-audience':
        return await aws.addAudience(write.providerArn, write.audience);
      case 'delete-oidc-provider':
        await refuseUsed(write, context);
        return await aws.deleteOidcProvider(write);
      case 'create-role':
        return await aws.createRole(write);
      case 'delete-role':
        return await aws.deleteRole(write);
      case 'tag-role':
        return await aws.tagRole(write);
      case 'put-permissions-boundary':
        return await aws.putPermissionsBoundary(write);
      case 'put-trust-policy':
      case 'narrow-trust-policy':
        return await aws.putTrustPolicy(write);
      case 'put-inline-policy':
      case 'narrow-inline-policy':
        return await aws.putInlinePolicy(write);
    }
  });
}

/** Throws `plan-changed` when a service account has got a role by the provider since the plan: no call of AWS's tells that. */
async function refuseUsed(
  { providerArn, ownRoles }: DeleteOidcProvider,
  { read, intent }: ApplyContext,
): Promise<void> {
  const users = otherUsers(await read.kubernetes.annotatedAccounts(), intent, new Set(ownRoles));
  if (users.length === 0) return;
  throw new Failure('plan-changed', {
    tried: `delete OIDC provider ${providerArn}`,
    said: `${usedBy(users)}, which was not so when the plan was made`,
    next: 'It was left as it is. Run again: the plan keeps it for them.',
  });
}

/** `onAccepted`: EKS installs it, and it is not active yet. */
export async function applyAgent(
  changes: readonly ChangeBy<'create-add-on'>[],
  context: ApplyContext,
  onAccepted: () => void = () => undefined,
): Promise<readonly Outcome[]> {
  const timeoutMs = context.intent.waitSeconds * 1000;
  const { aws } = context.write;
  return await eachInAws(
    changes,
    context,
    async (write) => await aws.createAddOn(write, timeoutMs, onAccepted),
  );
}

/** EKS's webhook sees a changed association only some seconds later: restarts wait for that. */
export async function applyAssociations(
  changes: readonly ChangeBy<AssociationOperation>[],
  context: ApplyContext,
): Promise<readonly Outcome[]> {
  const { aws } = context.write;
  const outcomes = await eachInAws(changes, context, async (write) => {
    switch (write.op) {
      case 'create-association':
        return await aws.createAssociation(write);
      case 'update-association':
        return await aws.updateAssociation(write);
      case 'delete-association':
        return await aws.deleteAssociation(write);
    }
  });
  if (outcomes.some(({ status }) => status === 'done'))
    context.progress.identityChangedAt = context.read.clock.now();
  // New pods show whether there is an association; they do not show which role it names.
  const { unseen } = context.progress;
  for (const { write } of changes)
    if (write.op === 'update-association') unseen.add(write.namespace);
    else unseen.delete(write.namespace);
  return outcomes;
}
