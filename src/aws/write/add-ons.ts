import { CreateAddonCommand } from '@aws-sdk/client-eks';
import type { AgentSpec } from '../../model/change.ts';
import { Failure } from '../../model/failure.ts';
import type { AddOn } from '../../model/ports.ts';
import type { AwsContext } from '../client/context.ts';
import { readAddOn } from '../read/add-ons.ts';
import { absent, request } from '../client/request.ts';
import { poll, seconds } from '../client/retry.ts';

const ASK_EVERY_MS = 10_000;
/** EKS does not leave these by itself. */
const FAILED = new Set(['CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED', 'DEGRADED', 'DELETING']);
const NO_NODES =
  'An add-on stays like this while the cluster has no node that can run it (none at all, or only Fargate, hybrid or Windows nodes), or while its pods are refused.';

/** Installs the add-on in the cluster's default version and waits until EKS calls it active. One that is there is only waited for. */
export async function createAddOn(aws: AwsContext, spec: AgentSpec, timeoutMs: number): Promise<void> {
  const { clusterName, addOn } = spec;
  const call = {
    tried: `install add-on ${addOn} on EKS cluster ${clusterName}`,
    action: 'eks:CreateAddon',
    on: `cluster ${clusterName}`,
  };
  const command = new CreateAddonCommand({ clusterName, addonName: addOn });
  await request(call, () => aws.clients.eks.send(command), { ResourceInUse: absent });
  let last: AddOn | undefined;
  const pace = { forMs: timeoutMs, everyMs: ASK_EVERY_MS, waitingFor: `add-on ${addOn} to become active` };
  const active = await poll(aws, pace, async () => {
    last = await readAddOn(aws, clusterName, addOn);
    if (last !== undefined && FAILED.has(last.status)) throw broken(call.tried, last);
    return last?.status === 'ACTIVE' ? last : undefined;
  });
  if (active === undefined) throw late(call.tried, timeoutMs, last);
  aws.log.info(`Add-on ${addOn} ${active.version} is active`);
}

function broken(tried: string, addOn: AddOn): Failure {
  return new Failure('rollout-failed', {
    tried,
    said: `status ${addOn.status}${issues(addOn)}`,
    next: `${NO_NODES} See the add-on in the EKS console, then run again; install-agent: false leaves it to you.`,
  });
}

function late(tried: string, timeoutMs: number, addOn: AddOn | undefined): Failure {
  const status =
    addOn === undefined ? 'the add-on can not be seen' : `status ${addOn.status}${issues(addOn)}`;
  return new Failure('timed-out', {
    tried,
    said: `waited ${seconds(timeoutMs)} for status ACTIVE: ${status}`,
    next: `${NO_NODES} Look at its DaemonSet in kube-system, or raise wait-timeout.`,
  });
}

function issues(addOn: AddOn): string {
  return addOn.issues.length === 0 ? '' : `, ${addOn.issues.join('; ')}`;
}
