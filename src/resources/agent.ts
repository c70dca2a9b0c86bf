/** The EKS Pod Identity agent: the add-on, when nothing else serves the nodes. */
import { change, NOTHING, type Resource } from './resource.ts';
import { each } from './outcomes.ts';

export const AGENT_ADD_ON = 'eks-pod-identity-agent';

export const agent: Resource<'agent'> = {
  plan(intent, world) {
    if (intent.identity !== 'pod-identity' || world.agent.provider !== 'none') return NOTHING;
    if (!intent.installAgent) {
      return {
        changes: [],
        warnings: ['nothing serves EKS Pod Identity on the nodes, and `install-agent` is false'],
      };
    }
    return {
      changes: [
        change(
          'agent',
          { clusterName: intent.clusterName, addOn: AGENT_ADD_ON },
          {
            id: 'agent',
            action: 'create',
            target: `${world.cluster.arn} add-on ${AGENT_ADD_ON}`,
            reason: 'neither the add-on, nor EKS Auto Mode, nor a DaemonSet serves Pod Identity on the nodes',
            effect: 'a DaemonSet on every Linux node',
            after: { addOn: AGENT_ADD_ON },
            severity: 'availability',
          },
        ),
      ],
    };
  },

  /** Shared by every workload of the cluster: it stays. */
  remove: () => NOTHING,

  async apply(changes, { write, intent }) {
    return await each(changes, async ({ payload }) => {
      await write.aws.createAddOn(payload, intent.waitSeconds * 1000);
    });
  },
};
