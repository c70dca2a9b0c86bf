/** Installs an EKS add-on. */
import { CreateAddonCommand } from '@aws-sdk/client-eks';
import type { CreateAddOn } from '../../model/write.ts';
import { Failure } from '../../model/failure.ts';
import type { AddOn } from '../../model/ports.ts';
import { quote } from '../client/aws-failure.ts';
import { type AwsContext, request } from '../client/request.ts';
import { poll, seconds } from '../client/retry.ts';
import { growing } from '../../wait/repeat.ts';
import { readAddOn } from '../read/add-ons.ts';

/** Most add-ons are active within seconds; one that waits for nodes takes minutes. The first five seconds have two looks each. */
const PAUSES = growing(500, 10_000, 1.1, 10);
/** An add-on in one of these does not become active by itself. */
const FAILED = new Set(['CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED', 'DEGRADED', 'DELETING']);
const NO_NODES =
  'An add-on stays like this while the cluster has no node that can run it (none at all, or only Fargate, hybrid or Windows nodes), or while its pods are refused.';

/**
 * Installs the add-on in the cluster's default version and waits until it is active. One that is installed already is only
 * waited for; one that EKS refuses as in use and does not show is asked for again. `onAccepted` is called, perhaps more than once,
 * when EKS has accepted it. Throws `rollout-failed` when EKS says that it failed, `timed-out` after `timeoutMs`.
 */
export async function createAddOn(
  aws: AwsContext,
  spec: CreateAddOn,
  timeoutMs: number,
  onAccepted: () => void = () => undefined,
): Promise<void> {
  const { clusterName, addOn } = spec;
  const call = {
    tried: `install add-on ${addOn} on EKS cluster ${clusterName}`,
    action: 'eks:CreateAddon',
    on: `cluster ${clusterName}`,
  };
  const command = new CreateAddonCommand({ clusterName, addonName: addOn });
  const install = async (): Promise<string | undefined> => {
    const ResourceInUse = quote;
    const answer = await request(call, () => aws.clients.eks.send(command), { ResourceInUse });
    return typeof answer === 'string' ? answer : undefined;
  };
  let refusal = await install();
  if (refusal === undefined) onAccepted();
  let latest: AddOn | undefined;
  const options = { forMs: timeoutMs, pauses: PAUSES, waitingFor: `add-on ${addOn} to become active` };
  const active = await poll(aws, options, async () => {
    latest = await readAddOn(aws, clusterName, addOn);
    if (latest === undefined && refusal !== undefined) refusal = await install();
    if (latest !== undefined && FAILED.has(latest.status)) throw hasFailed(call.tried, latest);
    if (latest !== undefined || refusal === undefined) onAccepted();
    return latest?.status === 'ACTIVE' ? latest : undefined;
  });
  if (active === undefined) throw notActiveInTime(call.tried, timeoutMs, latest, refusal);
  aws.log.info(`Add-on ${addOn} ${active.version} is active`);
}

function hasFailed(tried: string, addOn: AddOn): Failure {
  return new Failure('rollout-failed', {
    tried,
    said: `status ${addOn.status}${issueList(addOn)}`,
    next: `${NO_NODES} See the add-on in the EKS console, then run again; \`install-agent: false\` leaves the agent to you.`,
  });
}

function notActiveInTime(
  tried: string,
  timeoutMs: number,
  addOn: AddOn | undefined,
  refusal: string | undefined,
): Failure {
  const refused = refusal === undefined ? '' : `, and refuses to install it: ${refusal}`;
  const status =
    addOn === undefined
      ? `EKS does not show the add-on${refused}`
      : `status ${addOn.status}${issueList(addOn)}`;
  return new Failure('timed-out', {
    tried,
    said: `waited ${seconds(timeoutMs)} for status ACTIVE: ${status}`,
    next: `${NO_NODES} Look at its DaemonSet in kube-system, or raise \`wait-timeout\`.`,
  });
}

function issueList(addOn: AddOn): string {
  return addOn.issues.length === 0 ? '' : `, ${addOn.issues.join('; ')}`;
}
