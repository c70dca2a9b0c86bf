/** A job's IAM policy, from the calls behind the methods it uses. */
import { AWS_CALLS, type CallResource, FLEET_CALLS, type IamCall } from '../../src/aws/calls.ts';
import { CLUSTER_TAG, MANAGED_BY, MANAGED_BY_VALUE } from '../../src/desired/marks.ts';
import { AGENT_ADD_ON } from '../../src/observe/agent.ts';
import { AWS_USES, isProof, type Job, usedBy } from './uses.ts';

type Condition = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface IamStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Condition;
}

export interface IamPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly IamStatement[];
}

const IAM = 'arn:${PARTITION}:iam::${ACCOUNT_ID}';
const EKS = 'arn:${PARTITION}:eks:${REGION}:${ACCOUNT_ID}';

/** In the order of the statements. */
const RESOURCES: Readonly<
  Record<
    CallResource,
    { readonly sid: string; readonly arns: string | readonly string[]; readonly condition?: Condition }
  >
> = {
  cluster: { sid: 'Cluster', arns: `${EKS}:cluster/\${CLUSTER_NAME}` },
  'any-cluster': { sid: 'Clusters', arns: 'arn:${PARTITION}:eks:*:${ACCOUNT_ID}:cluster/*' },
  'add-on': {
    sid: 'AddOn',
    arns: [
      `${EKS}:addon/\${CLUSTER_NAME}/${AGENT_ADD_ON}/*`,
      // An add-on that isn't there has no ARN: EKS names the path of the call.
      `${EKS}:/clusters/\${CLUSTER_NAME}/addons/${AGENT_ADD_ON}`,
    ],
  },
  association: { sid: 'Associations', arns: `${EKS}:podidentityassociation/\${CLUSTER_NAME}/*` },
  // A role that isn't there is authorised at the root path: the call names it without its path.
  role: { sid: 'Role', arns: [`${IAM}:role\${ROLE_PATH}\${ROLE_NAME}`, `${IAM}:role/\${ROLE_NAME}`] },
  'any-role': { sid: 'RolesOfTheAccount', arns: `${IAM}:role/*` },
  // Left behind by an earlier `role-name`. The tags keep this from reaching any other role of the account.
  'marked-role': {
    sid: 'MarkedRoles',
    arns: `${IAM}:role/*`,
    condition: {
      StringEquals: {
        [`aws:ResourceTag/${MANAGED_BY}`]: MANAGED_BY_VALUE,
        [`aws:ResourceTag/${CLUSTER_TAG}`]: `${EKS}:cluster/\${CLUSTER_NAME}`,
      },
    },
  },
  'oidc-provider': { sid: 'OidcProvider', arns: `${IAM}:oidc-provider/\${OIDC_PROVIDER}` },
  '*': { sid: 'Account', arns: '*' },
};

/** The policy, with what only `prove-access` needs in statements of their own, named `ProveAccess`, to leave out. */
export function iamPolicy(job: Job): IamPolicy {
  const methods = usedBy(job, AWS_USES);
  const calls = methods.filter((method) => !isProof(method)).flatMap((method) => AWS_CALLS[method]);
  const proofs = methods.filter(isProof).flatMap((method) => AWS_CALLS[method]);
  const proving = Object.entries(RESOURCES).flatMap(([resource, { arns }]) =>
    statement('ProveAccess', arns, actionsOf(proofs.filter((call) => call.resource === resource))),
  );
  return { Version: '2012-10-17', Statement: [...statementsOf(calls), ...proving] };
}

/** The policy of the job that looks for clusters. */
export function fleetPolicy(): IamPolicy {
  return { Version: '2012-10-17', Statement: statementsOf(Object.values(FLEET_CALLS).flat()) };
}

function statementsOf(calls: readonly IamCall[]): readonly IamStatement[] {
  return Object.entries(RESOURCES).flatMap(([resource, { sid, arns, condition }]) => {
    const mine = calls.filter((call) => call.resource === resource);
    const passes = [...new Set(mine.flatMap((call) => call.passedTo ?? []))];
    return [
      ...statement(sid, arns, actionsOf(mine.filter((call) => call.passedTo === undefined)), condition),
      ...passes.flatMap((service) =>
        statement('PassRole', arns, actionsOf(mine.filter((call) => call.passedTo === service)), {
          StringEquals: { 'iam:PassedToService': service },
        }),
      ),
    ];
  });
}

function actionsOf(calls: readonly IamCall[]): readonly string[] {
  return [...new Set(calls.map((call) => call.action))].toSorted();
}

function statement(
  Sid: string,
  Resource: IamStatement['Resource'],
  Action: readonly string[],
  Condition?: Condition,
): readonly IamStatement[] {
  if (Action.length === 0) return [];
  return [{ Sid, Effect: 'Allow', Action, Resource, ...(Condition !== undefined && { Condition }) }];
}
