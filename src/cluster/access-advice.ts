/** What to do when the job does not get into the cluster: principals, sign-in programs, certificates, proxies, the endpoint. */
import type { Advice } from '../model/failure.ts';
import type { ClusterCaller } from './explain.ts';

/** The ARN that an access entry of EKS takes: the role's, where STS names the session. */
export function principalArn(callerArn: string): string {
  const session = /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(callerArn);
  if (session === null) return callerArn;
  const [, partition, account, role] = session;
  return `arn:${partition}:iam::${account}:role/${role}`;
}

/** How the API server comes to know the job's principal: what takes it depends on the cluster's authentication mode. */
export function howToGetAccess(caller: ClusterCaller): string {
  const { cluster, permissionsFile } = caller;
  if (caller.kubeconfigGiven) {
    return `Check that the kubeconfig's user may sign in to the cluster and is bound to group spaces-workload-identity with ${permissionsFile}.`;
  }
  const arn = caller.roleToAssume ?? principalArn(caller.arn);
  if (cluster.authenticationMode === 'CONFIG_MAP') return mapInConfigMap(caller, arn);
  const path =
    caller.roleToAssume === undefined && arn !== caller.arn
      ? ' (with the path of the role, if it has one)'
      : '';
  return (
    `Let the job's principal${path} into the cluster and give its group the permissions: ` +
    `\`aws eks create-access-entry --cluster-name ${cluster.name} --principal-arn ${arn} ` +
    `--kubernetes-groups spaces-workload-identity --region ${cluster.region}\`, then \`kubectl apply -f ${permissionsFile}\`. ` +
    'A new entry takes some seconds to work.'
  );
}

/** How to see and set the groups of the job's user, where an access entry tells them. */
export function howToGetGroups(caller: ClusterCaller): string {
  const { cluster, kubeconfigGiven } = caller;
  if (kubeconfigGiven || cluster.authenticationMode === 'CONFIG_MAP') return '';
  const entry = `--cluster-name ${cluster.name} --principal-arn ${caller.roleToAssume ?? principalArn(caller.arn)}`;
  return (
    `: \`aws eks describe-access-entry ${entry} --region ${cluster.region}\` shows the groups (kubernetesGroups), ` +
    `\`aws eks update-access-entry ${entry} --kubernetes-groups spaces-workload-identity --region ${cluster.region}\` sets them`
  );
}

/** `aws-auth` compares ARNs without the role's path (EKS user guide, "Troubleshooting IAM"). */
function mapInConfigMap({ cluster, permissionsFile }: ClusterCaller, arn: string): string {
  const mapped = arn.replace(/:role\/.*\//, ':role/');
  const [list, key] = mapped.includes(':user/') ? ['mapUsers', 'userarn'] : ['mapRoles', 'rolearn'];
  const entry = `- {${key}: "${mapped}", username: spaces-workload-identity, groups: [spaces-workload-identity]}`;
  return (
    `Cluster ${cluster.name} knows principals by ConfigMap aws-auth alone (authenticationMode is CONFIG_MAP), and EKS refuses access entries in that mode. ` +
    `Add to ${list} of aws-auth in kube-system, the ARN without the role's path: \`${entry}\`; then \`kubectl apply -f ${permissionsFile}\`. ` +
    `Or allow access entries besides, which can't be taken back: \`aws eks update-cluster-config --name ${cluster.name} --region ${cluster.region} --access-config authenticationMode=API_AND_CONFIG_MAP\`.`
  );
}

/** A kubeconfig's sign-in program: missing, failing, or of a version that kubectl does not take. */
export function adviseOnPlugIn(said: string): string {
  const program = /exec: (?:executable |exec: "?|fork\/exec )([^\s":]+)/.exec(said)?.[1];
  if (/client\.authentication\.k8s\.io\/v1alpha1/.test(said)) {
    return 'The kubeconfig, or the program that it signs in by, is of an old form. Update the program (for `aws`: version 2.7 or newer) and write the kubeconfig again, with `client.authentication.k8s.io/v1beta1`.';
  }
  if (program !== undefined && /not found|no such file/.test(said)) {
    return `The kubeconfig signs in by ${program}, which is not on this runner. Install ${program} on the runner before this step; or leave \`kubeconfig\` out: then the action signs in to EKS itself, without a program.`;
  }
  return `The kubeconfig signs in by a program: ${program ?? 'it'} was started and failed, and the message has its output. It sees only PATH, HOME, locale, proxies, certificates and \`AWS_*\`; name other variables under \`users[].user.exec.env\`. Or leave \`kubeconfig\` out: then the action signs in to EKS itself.`;
}

/** A certificate that is not valid now. */
export function adviseOnClock(said: string): string {
  const late = / is after /.test(said);
  const other = late
    ? 'If it is right, the certificate has run out: that of a proxy that opens TLS, as EKS renews its own.'
    : 'If it is right, something between the runner and the cluster shows a certificate of its own.';
  return `Check the clock of the runner (NTP): the message has its time and the time ${late ? 'until' : 'from'} which the certificate is valid. ${other}`;
}

/** A certificate that the cluster's authority did not sign. */
export function adviseOnCertificate({ cluster, kubeconfigGiven }: ClusterCaller): string {
  const given = kubeconfigGiven
    ? ' Or `certificate-authority-data` of the kubeconfig is that of another cluster: write the kubeconfig again.'
    : '';
  return `Something between the runner and ${cluster.endpoint} answers with a certificate that the cluster's authority did not sign, such as a proxy that opens TLS. Let calls to the endpoint pass by the proxy (NO_PROXY).${given}`;
}

/** A proxy, or whatever answers in place of the API server. */
export function adviseOnProxy({ cluster }: ClusterCaller): string {
  return `What answered is not the API server but a proxy, or something else on the way to ${cluster.endpoint}. Let the proxy of HTTPS_PROXY pass this host, give it the credentials that it wants, or put the host into NO_PROXY; then run again.`;
}

/** An answer with a good status that no API server gives, three times in a row. */
export function adviseOnGarbled({ cluster }: ClusterCaller): string {
  return `What answered is not the API server, or its answer did not come whole: a proxy or a load balancer on the way to ${cluster.endpoint} changes it. Open ${cluster.endpoint}/version from this runner with curl to see what answers, put the host into NO_PROXY, then run again.`;
}

/** Why the API server may be out of reach, from what EKS says of its endpoint. */
export function whyUnreachable({ cluster }: ClusterCaller): Advice {
  const { name, publicAccess, publicAccessCidrs: cidrs } = cluster;
  if (!publicAccess) {
    const next =
      `The endpoint of ${name} is private (endpointPublicAccess is false), so no runner of GitHub's own reaches it: run the job on a runner inside its VPC or a connected network ` +
      `(\`runs-on: self-hosted\` and the labels of that runner); the cluster's security group has to let it in on port 443. Or open the endpoint to the address of a runner: ${openEndpoint(cluster, ['RUNNER_ADDRESS/32'])}.`;
    return { reason: 'cluster-access-denied', next };
  }
  if (cidrs.length > 0 && !cidrs.includes('0.0.0.0/0')) {
    const next = `The endpoint of ${name} is public for ${cidrs.join(', ')} only (publicAccessCidrs): run the job on a runner with such an address, or add the runner's: ${openEndpoint(cluster, [...cidrs, 'RUNNER_ADDRESS/32'])}.`;
    return { reason: 'cluster-access-denied', next };
  }
  const next = `The endpoint of ${name} is public, so look at the runner's network: proxy (HTTPS_PROXY, NO_PROXY), firewall, DNS. \`curl --insecure ${cluster.endpoint}/version\` on this runner shows whether anything answers. Then run again.`;
  return { reason: 'timed-out', next };
}

function openEndpoint({ name, region }: ClusterCaller['cluster'], cidrs: readonly string[]): string {
  return `\`aws eks update-cluster-config --name ${name} --region ${region} --resources-vpc-config endpointPublicAccess=true,publicAccessCidrs=${cidrs.join(',')}\``;
}
