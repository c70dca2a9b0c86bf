/** What people do today: the upstream guide for Pod Identity as a shell script, with aws, kubectl and loops. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { World } from '../sandbox/world.ts';

const SCRIPT = String.raw`
set -eu
trust='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}'
access='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["secretsmanager:GetSecretValue","secretsmanager:DescribeSecret"],"Resource":"arn:aws:secretsmanager:*:*:secret:prod/*"}]}'
role=$(aws iam create-role --role-name "$CLUSTER-by-script" --assume-role-policy-document "$trust" --query Role.Arn --output text)
aws iam put-role-policy --role-name "$CLUSTER-by-script" --policy-name access --policy-document "$access"
aws eks create-addon --cluster-name "$CLUSTER" --addon-name eks-pod-identity-agent >/dev/null
aws eks wait addon-active --cluster-name "$CLUSTER" --addon-name eks-pod-identity-agent
namespaces=$(kubectl get namespaces --output name | sed -n 's,^namespace/\(mxp-.*-system\)$,\1,p')
for namespace in $namespaces; do
  aws eks create-pod-identity-association --cluster-name "$CLUSTER" --namespace "$namespace" \
    --service-account external-secrets-controller --role-arn "$role" >/dev/null
done
for namespace in $namespaces; do
  kubectl rollout restart deployment external-secrets --namespace "$namespace" >/dev/null
done
for namespace in $namespaces; do
  kubectl rollout status deployment external-secrets --namespace "$namespace" --timeout=300s >/dev/null
  kubectl get pods --namespace "$namespace" >/dev/null
done
`;

/** Seconds that the script takes; undefined where no `aws` is on the PATH. */
export async function scriptSeconds(world: World): Promise<number | undefined> {
  const run = promisify(execFile);
  const hasAws = await run('aws', ['--version']).then(
    () => true,
    () => false,
  );
  if (!hasAws) return undefined;
  const home = mkdtempSync(join(tmpdir(), 'script-'));
  const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  const policies = [{ Version: '2012-10-17', Statement }];
  const user = world.aws.iam.createUser({ userName: 'by-script', policies });
  const env = {
    PATH: `${dirname(world.binaries.kubectl)}:${process.env['PATH'] ?? ''}`,
    HOME: home,
    KUBECONFIG: world.cluster.adminKubeconfig,
    CLUSTER: world.clusterName,
    AWS_REGION: world.aws.region,
    AWS_DEFAULT_REGION: world.aws.region,
    AWS_ENDPOINT_URL: world.aws.endpoint,
    AWS_ACCESS_KEY_ID: user.accessKeyId,
    AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
  };
  try {
    const file = join(home, 'guide.sh');
    writeFileSync(file, SCRIPT);
    const start = performance.now();
    await run('sh', [file], { env, maxBuffer: 64 * 1024 * 1024 });
    return (performance.now() - start) / 1000;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
