/** Roles, as a run makes and removes them. */
import { randomUUID } from 'node:crypto';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  type IAMClient,
  ListRolePoliciesCommand,
  paginateListRoles,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { CleanUp } from '../frame/clean-ups.ts';
import type { Place } from '../run-context.ts';
import { goneIsFine } from './gone.ts';
import { MARK } from './names.ts';

/** What the trust policies of this run's own roles ask for. Made anew for each run. */
export const EXTERNAL_ID = randomUUID();

/** Trusts the account, and of it only who knows this run's external id. */
export function trustInThisRun({ partition, account }: Pick<Place, 'partition' | 'account'>): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': EXTERNAL_ID } },
      },
    ],
  };
}

/** Makes a role, and has it removed at the end. Returns its ARN. */
export async function makeRole(place: Place, what: string, trust: object, policy?: object): Promise<string> {
  const { aws, names, cleanUps } = place;
  const name = names.role(what);
  cleanUps.add(roleCleanUp(aws.iam, name));
  const { Role: role } = await aws.iam.send(
    new CreateRoleCommand({
      RoleName: name,
      Path: names.rolePath,
      AssumeRolePolicyDocument: JSON.stringify(trust),
      Tags: [{ Key: MARK, Value: place.clusterName }],
    }),
  );
  if (policy !== undefined) await putPolicy(aws.iam, name, policy);
  return role?.Arn ?? '';
}

export async function putPolicy(iam: IAMClient, name: string, policy: object): Promise<void> {
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: name,
      PolicyName: MARK,
      PolicyDocument: JSON.stringify(policy),
    }),
  );
}

export function roleCleanUp(iam: IAMClient, name: string): CleanUp {
  return {
    what: `role ${name}`,
    byHand: `for p in $(aws iam list-role-policies --role-name ${name} --query PolicyNames --output text); do aws iam delete-role-policy --role-name ${name} --policy-name $p; done; aws iam delete-role --role-name ${name}`,
    undo: () => goneIsFine(removeRole(iam, name)),
  };
}

async function removeRole(iam: IAMClient, name: string): Promise<void> {
  const { PolicyNames: policies = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: name }));
  for (const policy of policies)
    await iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: policy }));
  await iam.send(new DeleteRoleCommand({ RoleName: name }));
}

/** The roles of this cluster's runs, the workload's too. */
export async function markedRoles({ aws, names }: Pick<Place, 'aws' | 'names'>): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { Roles: roles = [] } of paginateListRoles(
    { client: aws.iam },
    { PathPrefix: names.rolePath },
  ))
    found.push(...roles.map(({ RoleName = '' }) => RoleName));
  const own = names.role('');
  return found.filter((name) => name.startsWith(own) || name === names.workloadRole);
}

/** A document as IAM gives it back: percent-encoded. */
export function decoded(document: string | undefined): unknown {
  return JSON.parse(decodeURIComponent(document ?? 'null'));
}
