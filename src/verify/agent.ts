/** Check `agent`: the EKS Pod Identity agent runs, and on nodes that it can serve (EKS user guide, Pod Identity considerations). */
import { countOf } from '../model/count.ts';
import type { CheckFunction } from '../model/desired.ts';
import type { ClusterNode, Finding } from '../model/evidence.ts';
import type { Agent } from '../model/world.ts';

export const checkAgent: CheckFunction = ({ pods }, _desired, { agent }, { nodes }) => {
  const broken = agentProblem(agent);
  if (broken?.status === 'fail') return broken;
  const placed = pods.flatMap(({ name, nodeName }) => (nodeName === undefined ? [] : [{ name, nodeName }]));
  const names = new Set(placed.map(({ nodeName }) => nodeName));
  const used = nodes?.filter(({ name }) => names.has(name)) ?? [];
  for (const node of used) {
    const problem = nodeProblem(node, agent);
    if (problem !== undefined) return { ...problem, detail: `node ${node.name} ${problem.detail}` };
  }
  const unseen = whatIsUnseen(placed, nodes);
  if (unseen !== undefined)
    return { status: 'unknown', detail: `${broken?.detail ?? provided(agent)}; ${unseen}` };
  return (
    broken ??
    tooFew(agent, used, nodes ?? []) ?? { status: 'pass', detail: `${provided(agent)}${served(used)}` }
  );
};

/** On which nodes it runs is not looked at: where it is not meant for all that it could serve, it may be missing on those of the pods. */
function tooFew(
  agent: Agent,
  used: readonly ClusterNode[],
  nodes: readonly ClusterNode[],
): Finding | undefined {
  const { desired } = agent;
  const servable = nodes.filter(needsDaemonSet).length;
  if (desired === undefined || desired >= servable || !used.some(needsDaemonSet)) return undefined;
  const detail = `${provided(agent)}, and the cluster has ${servable} that it could serve: whether those of the pods (${namesOf(used)}) are among them is not looked at`;
  return { status: 'warn', detail };
}

/** An ordinary node: those of Auto Mode have the agent built in, and others can't have it. */
function needsDaemonSet({ os, computeType }: ClusterNode): boolean {
  return os !== 'windows' && !['fargate', 'hybrid', 'auto'].includes(computeType ?? '');
}

/** Whether the agent can serve a pod depends on its node. */
function whatIsUnseen(
  placed: readonly { readonly name: string; readonly nodeName: string }[],
  nodes: readonly ClusterNode[] | undefined,
): string | undefined {
  if (nodes === undefined)
    return placed.length === 0
      ? undefined
      : 'the nodes could not be looked at: the job may not list them (RBAC: `list` on `nodes`)';
  const listed = new Set(nodes.map(({ name }) => name));
  const lost = placed.find(({ nodeName }) => !listed.has(nodeName));
  return lost && `node ${lost.nodeName}, where pod ${lost.name} is, was not among those listed`;
}

function agentProblem(agent: Agent): Finding | undefined {
  const { provider, addOnStatus = '', issues, desired, ready } = agent;
  const told = issues.length === 0 ? '' : `: ${issues.join('; ')}`;
  if (provider === 'none') return { status: 'fail', detail: provided(agent) };
  if (provider === 'unknown') return { status: 'unknown', detail: provided(agent) };
  if (provider === 'add-on' && addOnStatus !== 'ACTIVE') return notActive(addOnStatus, told);
  if (provider === 'add-on' && desired === undefined) {
    return { status: 'warn', detail: `${provided(agent)}, but kube-system has no DaemonSet of it${told}` };
  }
  if (desired !== undefined && ready !== undefined && ready < desired) {
    const status = ready === 0 ? 'fail' : 'warn';
    return { status, detail: `the agent is ready on ${ready} of ${countOf(desired, 'node')}${told}` };
  }
  return issues.length === 0
    ? undefined
    : { status: 'warn', detail: `the add-on is ACTIVE, with issues${told}` };
}

function notActive(addOnStatus: string, told: string): Finding {
  const isComing = addOnStatus === 'CREATING' || addOnStatus === 'UPDATING' || addOnStatus === '';
  const what = addOnStatus === '' ? 'in an unknown state' : addOnStatus;
  return { status: isComing ? 'unknown' : 'fail', detail: `the add-on is ${what}${told}` };
}

/** The agent's DaemonSet leaves out Fargate, hybrid and Auto Mode nodes, and runs on Linux only (chart of the add-on). */
function nodeProblem({ os, computeType }: ClusterNode, agent: Agent): Finding | undefined {
  if (os === 'windows') return unserved('runs Windows, where there is no Pod Identity agent: use IRSA');
  switch (computeType) {
    case 'fargate':
      return unserved('is on Fargate, where there is no Pod Identity agent: use IRSA');
    case 'hybrid':
      return {
        status: 'warn',
        detail:
          "is a hybrid node: the agent runs there only when the add-on's hybrid DaemonSet is switched on",
      };
    case 'auto':
      return undefined;
    case undefined:
    default:
      return ordinaryNodeProblem(agent);
  }
}

/** Only the DaemonSet serves it; that there is none is told of the agent itself. */
function ordinaryNodeProblem({ provider, desired }: Agent): Finding | undefined {
  if (provider === 'auto-mode' && (desired ?? 0) === 0)
    return unserved(
      'is not managed by Auto Mode, which serves its own nodes only: add the eks-pod-identity-agent add-on',
    );
  return desired === 0
    ? unserved('has no agent: its DaemonSet is meant for no node at all (its node selector or affinity)')
    : undefined;
}

const unserved = (detail: string): Finding => ({ status: 'fail', detail });

function provided({ provider, addOnVersion, unread, desired, ready }: Agent): string {
  const numbers = desired === undefined ? '' : `, ready on ${ready} of ${countOf(desired, 'node')}`;
  switch (provider) {
    case 'add-on':
      return `add-on ${addOnVersion} is ACTIVE${numbers}`;
    case 'auto-mode':
      return `built into EKS Auto Mode${numbers}`;
    case 'daemon-set':
      return unread === undefined
        ? `a DaemonSet of the cluster's own${numbers}`
        : `a DaemonSet${numbers}; whether it is the add-on's could not be read: ${unread}`;
    case 'none':
      return 'nothing serves EKS Pod Identity on the nodes: no add-on, no DaemonSet, no Auto Mode';
    case 'unknown':
      return `there is no DaemonSet of the agent and no Auto Mode, and the add-on could not be read: ${unread}`;
  }
}

function served(used: readonly ClusterNode[]): string {
  return used.length === 0 ? '' : `; the pods are on ${namesOf(used)}, which it can serve`;
}

const namesOf = (nodes: readonly ClusterNode[]): string => nodes.map(({ name }) => name).join(', ');
