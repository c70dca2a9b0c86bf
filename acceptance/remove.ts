/** `--remove`: what earlier runs on a cluster have left, found by its marks. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DescribeClusterCommand } from '@aws-sdk/client-eks';
import type { Leftover } from './frame/clean-ups.ts';
import { isRefusal, refusalOf } from './frame/refusal.ts';
import { MARK, namesFor } from './make/names.ts';
import { sweep } from './make/marked.ts';
import { deleteStack, find, stackNameOf } from './real/stack.ts';
import { refuseUnmarked } from './real/named-cluster.ts';
import type { Place, RunContext } from './run-context.ts';
import { insideAsCaller } from './steps/enter.ts';
import { describe, signIn } from './steps/place.ts';
import { CRDS, GROUPS } from './steps/space.ts';

/** Removes in the order in which nothing is in another's way, each whatever became of the others. */
export async function removeAll(runContext: RunContext): Promise<readonly Leftover[]> {
  const { ports, cleanUps, clusterName, log } = runContext;
  const place = await placeOf(runContext);
  const hasCluster = place.cluster.issuer !== '';
  const name = stackNameOf(clusterName);
  const client = new CloudFormationClient({ region: ports.region, credentials: ports.credentials });
  const hasStack = ports.endpoint === undefined && (await find(client, name)) !== undefined;
  if (hasStack)
    cleanUps.add({
      what: `stack ${name}`,
      byHand: `aws cloudformation delete-stack --stack-name ${name} --region ${ports.region}`,
      undo: () => deleteStack(client, name, log),
    });
  // With the stack, all that is in the cluster goes.
  if (!hasStack && hasCluster)
    cleanUps.add({
      what: 'what is in the cluster',
      byHand: `kubectl get namespaces,customresourcedefinitions,clusterrolebindings --selector=${MARK}`,
      undo: () => emptyCluster(place),
    });
  cleanUps.add(sweep(place));
  return await cleanUps.run(log);
}

/** Of a cluster that is gone, too: its name is enough for what lies outside of it, but for the OIDC provider. */
async function placeOf(runContext: RunContext): Promise<Place> {
  const { aws, clusterName, ports } = runContext;
  const caller = await signIn(runContext);
  const request = new DescribeClusterCommand({ name: clusterName });
  const isGone = isRefusal(await refusalOf(aws.eks.send(request)), 'ResourceNotFound');
  if (!isGone) await refuseUnmarked(aws.eks, clusterName);
  const arn = `arn:${caller.partition}:eks:${ports.region}:${caller.account}:cluster/${clusterName}`;
  const gone = { arn, endpoint: '', caPem: '', issuer: '', version: '' };
  const cluster = isGone ? gone : await describe(runContext);
  return { ...runContext, ...caller, cluster, names: namesFor(arn, clusterName) };
}

const HOSTS = 'internal.spaces.upbound.io/controlplane-name';

/** Only where the run's own namespace is: a Space that somebody installed has none. */
async function emptyCluster(place: Place): Promise<void> {
  const { kubectl } = await insideAsCaller(place);
  const { namespace } = place.names;
  const found = await kubectl(['get', 'namespaces', `--selector=${MARK}=true`, '--output=name']);
  if (found.trim() === '') return;
  const controlPlanes = 'controlplanes.spaces.upbound.io';
  const crds = await kubectl(['get', 'customresourcedefinitions', '--output=name']);
  if (crds.includes(controlPlanes))
    for (const group of GROUPS) {
      const names = await kubectl(['get', controlPlanes, `--namespace=${group}`, '--output=name']);
      // Their controller ended with the run that made them.
      for (const name of names.split(/\s+/).filter((one) => one !== ''))
        await kubectl([
          'patch',
          name,
          `--namespace=${group}`,
          '--type=merge',
          '--patch={"metadata":{"finalizers":null}}',
        ]);
    }
  const gone = ['--ignore-not-found', '--timeout=300s'];
  await kubectl(['delete', 'namespaces', `--selector=${HOSTS}`, ...gone]);
  await kubectl(['delete', 'namespaces', 'upbound-system', ...GROUPS, ...gone]);
  await kubectl(['delete', 'customresourcedefinitions', ...CRDS, ...gone]);
  await kubectl(['delete', '--filename=permissions/rbac', ...gone]);
  await kubectl(['delete', 'clusterrolebinding', MARK, ...gone]);
  await kubectl(['delete', 'namespace', namespace, ...gone]);
}
