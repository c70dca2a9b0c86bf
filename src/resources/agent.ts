/** The EKS Pod Identity agent: the add-on, when nothing else serves the nodes. Shared by the whole cluster: it stays. */
import type { Planner } from '../model/desired.ts';
import { AGENT_ADD_ON } from '../observe/agent.ts';
import { makeChange, NOTHING } from './change-maker.ts';

export const planAgent: Planner = ({ intent }, { agent, target }) => {
  if (agent.provider === 'unknown') {
    const warning = `it is not known whether anything serves EKS Pod Identity on the nodes: the add-on could not be read (${agent.unread})`;
    return { changes: [], warnings: [warning] };
  }
  if (agent.provider !== 'none') return NOTHING;
  if (!intent.installAgent) {
    const warning =
      'nothing serves EKS Pod Identity on the nodes, so pods get no credentials, and `install-agent` is false';
    return { changes: [], warnings: [warning] };
  }
  const change = makeChange(
    {
      id: 'agent',
      action: 'create',
      target: `${target.clusterArn} add-on ${AGENT_ADD_ON}`,
      reason: 'neither the add-on, nor EKS Auto Mode, nor a DaemonSet serves Pod Identity on the nodes',
      effect: 'runs a pod on every Linux node',
      after: { addOn: AGENT_ADD_ON },
      severity: 'availability',
    },
    { op: 'create-add-on', clusterName: target.clusterName, addOn: AGENT_ADD_ON },
  );
  return { changes: [change] };
};
