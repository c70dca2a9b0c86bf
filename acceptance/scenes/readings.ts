/** What AWS and the cluster made of what the action wrote, as fixtures. */
import { DescribePodIdentityAssociationCommand } from '@aws-sdk/client-eks';
import {
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import type { V1Pod } from '@kubernetes/client-node';
import { outcomeOf } from '../frame/refusal.ts';
import { associationsOf } from '../make/cluster-things.ts';
import { decoded } from '../make/roles.ts';
import type { Place } from '../run-context.ts';
import { providerArnOf } from '../steps/place.ts';
import type { SceneContext } from './scene-context.ts';

const SERVICE_ACCOUNT = 'external-secrets-controller';

export async function recordWorld(context: SceneContext, name: string): Promise<void> {
  const { place } = context;
  const { recorder } = place;
  await recorder.record(`aws/${name}/role`, await readRole(place, place.names.workloadRole));
  await recorder.record(`aws/${name}/associations`, await readAssociations(place));
  await recorder.record(`aws/${name}/provider`, await readProvider(place));
  const injected = await readInjected(context);
  await recorder.record(`cluster/${name}/injected`, injected);
  seeInjected(place, name, injected);
}

/** A role with its documents as they were before IAM percent-encoded them. */
async function readRole({ aws }: Place, name: string) {
  const { Role: role } = await aws.iam.send(new GetRoleCommand({ RoleName: name }));
  const { PolicyNames: policies = [] } = await aws.iam.send(new ListRolePoliciesCommand({ RoleName: name }));
  const inline: Record<string, unknown> = {};
  for (const policy of policies) {
    const request = { RoleName: name, PolicyName: policy };
    inline[policy] = decoded((await aws.iam.send(new GetRolePolicyCommand(request))).PolicyDocument);
  }
  return { arn: role?.Arn, tags: role?.Tags, trust: decoded(role?.AssumeRolePolicyDocument), inline };
}

async function readAssociations(place: Place): Promise<readonly unknown[]> {
  const { aws, clusterName } = place;
  const found: unknown[] = [];
  for (const associationId of await associationsOf(place)) {
    const request = new DescribePodIdentityAssociationCommand({ clusterName, associationId });
    found.push((await aws.eks.send(request)).association);
  }
  return found;
}

async function readProvider(place: Place): Promise<unknown> {
  const request = new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: providerArnOf(place) });
  const { answer, refusal } = await outcomeOf(place.aws.iam.send(request));
  return answer ?? refusal;
}

interface Injected {
  readonly env: Readonly<Record<string, string>>;
  readonly tokens: readonly unknown[];
  readonly labels: readonly string[];
}

/** What the webhook put into a pod. */
export function injectedIn({ spec, metadata }: V1Pod): Injected {
  const env = (spec?.containers[0]?.env ?? []).filter(({ name }) => name.startsWith('AWS_'));
  const sources = (spec?.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? []);
  return {
    env: Object.fromEntries(env.map(({ name, value = '' }) => [name, value])),
    tokens: sources.flatMap(({ serviceAccountToken: token }) =>
      token?.audience === undefined ? [] : [{ audience: token.audience, path: token.path }],
    ),
    labels: Object.keys(metadata?.labels ?? {}).filter((label) => label.startsWith('eks.amazonaws.com/')),
  };
}

async function readInjected({ inside, space }: SceneContext): Promise<Readonly<Record<string, Injected>>> {
  const found: Record<string, Injected> = {};
  for (const [controlPlane, namespace] of space.hosts) {
    const { items } = await inside.client.core.listNamespacedPod({ namespace });
    const pod = items.find(
      ({ spec, metadata }) =>
        spec?.serviceAccountName === SERVICE_ACCOUNT && metadata?.deletionTimestamp === undefined,
    );
    if (pod !== undefined) found[controlPlane] = injectedIn(pod);
  }
  return found;
}

const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  irsa: ['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
  'pod-identity': ['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'],
};
const AUDIENCES: Readonly<Record<string, string>> = {
  irsa: 'sts.amazonaws.com',
  'pod-identity': 'pods.eks.amazonaws.com',
};

function seeInjected({ facts }: Place, name: string, injected: Readonly<Record<string, Injected>>): void {
  const [identity = ''] = name.split('/');
  for (const [controlPlane, { env, tokens }] of Object.entries(injected)) {
    const lacking = (VARIABLES[identity] ?? []).filter((variable) => !(variable in env));
    const hasToken = JSON.stringify(tokens).includes(`"${AUDIENCES[identity]}"`);
    const isIt = lacking.length === 0 && hasToken;
    const text = isIt
      ? `${identity}: ${Object.keys(env).toSorted(compare).join(', ')}`
      : `${name}, ${controlPlane}: ${lacking.join(', ') || 'no token'} missing`;
    facts.see('injected-variables', isIt, text);
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : 1);
