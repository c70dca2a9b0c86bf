/** A member of the job's Kubernetes group, with kubectl in its hands: what somebody could do who has the job's role. */
import { waitFor } from '../../../sandbox/kubernetes/wait.ts';
import type { World } from '../../../sandbox/world.ts';

export const GROUP = 'spaces-workload-identity';
const AS_MEMBER = ['--as=somebody', `--as-group=${GROUP}`];

type Place = Pick<World, 'kubectl'>;

/** Runs kubectl as a member; rejects with what it said on stderr. */
export async function asMember({ kubectl }: Place, args: readonly string[], stdin?: string): Promise<string> {
  return await kubectl([...AS_MEMBER, ...args], stdin);
}

/** What kubectl says to a member who is refused. Rejects when the call went through. */
export async function refusalOf(world: Place, args: readonly string[], stdin?: string): Promise<string> {
  let out: string;
  try {
    out = await asMember(world, args, stdin);
  } catch (error) {
    return String(error);
  }
  throw new Error(`kubectl ${args.join(' ')} was not refused: ${out}`);
}

/** The API server takes up a new policy a moment after it was made: waits until a change of a Deployment is refused by it. */
export async function untilPolicyHolds(world: Place, namespace: string, deployment: string): Promise<void> {
  const scale = ['patch', 'deployment', deployment, `--namespace=${namespace}`, '--dry-run=server'];
  await waitFor({
    what: 'the admission policy to be in force',
    timeoutMs: 60_000,
    check: async () => {
      const said = await refusalOf(world, [...scale, '--patch={"spec":{"replicas":7}}']);
      return said.includes('ValidatingAdmissionPolicy');
    },
  });
}

/** Whether a member may, by RBAC alone, as the API server itself answers. */
export async function mayMember({ kubectl }: Place, attributes: object): Promise<boolean> {
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user: 'somebody', groups: [GROUP, 'system:authenticated'], resourceAttributes: attributes },
  };
  const answer = ['create', '--filename=-', '--output=jsonpath={.status.allowed}'];
  return (await kubectl(answer, JSON.stringify(review))) === 'true';
}
