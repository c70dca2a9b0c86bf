/** How soon a new access entry lets its principal in. */
import { tool } from '../../sandbox/world/tools.ts';
import { createClusterToken } from '../../src/aws/cluster-token.ts';
import { until, waitedText } from '../frame/until.ts';
import { assume, clientsFor } from '../make/clients.ts';
import { admit } from '../make/cluster-things.ts';
import { writeTokenKubeconfig } from '../make/kubeconfig.ts';
import { EXTERNAL_ID, makeRole, trustInThisRun } from '../make/roles.ts';
import { CLOCK } from '../steps/enter.ts';
import { GROUP } from '../steps/jobs.ts';
import { refusalOf } from '../frame/refusal.ts';
import type { ProbeContext } from './probe-context.ts';

const BOUND_MS = 60_000;

export async function seeEntering({ place }: ProbeContext): Promise<void> {
  const { ports, aws, signal, cluster, clusterName, facts } = place;
  const arn = await makeRole(place, 'entrant', trustInThisRun(place));
  await until({
    boundMs: 90_000,
    signal,
    attempt: () => refusalOf(assume(aws.sts, arn, EXTERNAL_ID)),
    isIt: (refusal) => refusal === undefined,
  });
  const { sts } = clientsFor(ports, await assume(aws.sts, arn, EXTERNAL_ID));
  const { token } = await createClusterToken(sts, clusterName, CLOCK);
  const file = await writeTokenKubeconfig(ports.dir, 'entrant', cluster, token);
  const kubectl = tool(ports.kubectl, { KUBECONFIG: file, HOME: ports.dir, ...ports.action.env });
  await admit(place, arn, GROUP);
  const waited = await until({
    boundMs: BOUND_MS,
    signal,
    attempt: async () => {
      try {
        return await kubectl(['auth', 'whoami', '--output=jsonpath={.status.userInfo.groups}']);
      } catch (error) {
        return String(error);
      }
    },
    isIt: (said) => said.includes(GROUP),
  });
  facts.see('access-entry-admits', waited.afterMs !== undefined, waitedText(waited, BOUND_MS));
}
