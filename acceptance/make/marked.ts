/** All in AWS that carries the marks of a cluster's runs: what `--remove` removes, and what must not be left at the end. */
import { GetOpenIDConnectProviderCommand } from '@aws-sdk/client-iam';
import type { CleanUp } from '../frame/clean-ups.ts';
import { isRefusal, refusalOf } from '../frame/refusal.ts';
import type { Place } from '../run-context.ts';
import { providerArnOf } from '../steps/place.ts';
import {
  accessEntryCleanUp,
  associationCleanUp,
  associationsOf,
  markedAccessEntries,
  providerCleanUp,
} from './cluster-things.ts';
import { markedRoles, roleCleanUp } from './roles.ts';
import { markedParameters, markedSecrets, parameterCleanUp, secretCleanUp } from './secrets.ts';

/** In the order in which they can be made: the last has to go first. */
async function marked(place: Place): Promise<readonly CleanUp[]> {
  const { aws } = place;
  const secrets = await markedSecrets(place);
  const parameters = await markedParameters(place);
  const roles = await markedRoles(place);
  const hasCluster = place.cluster.issuer !== '';
  const entries = hasCluster ? await markedAccessEntries(place) : [];
  const associations = hasCluster ? await associationsOf(place) : [];
  return [
    ...secrets.map((name) => secretCleanUp(place, name)),
    ...parameters.map((name) => parameterCleanUp(place, name)),
    ...roles.map((name) => roleCleanUp(aws.iam, name)),
    ...entries.map((arn) => accessEntryCleanUp(place, arn)),
    ...associations.map((id) => associationCleanUp(place, id)),
    ...(hasCluster ? await provider(place) : []),
  ];
}

/** The cluster is there for this alone, so nobody else needs the provider of its issuer. */
async function provider(place: Place): Promise<readonly CleanUp[]> {
  const arn = providerArnOf(place);
  const request = new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn });
  const refusal = await refusalOf(place.aws.iam.send(request));
  return isRefusal(refusal, 'NoSuchEntity') ? [] : [providerCleanUp(place, arn)];
}

/** Removes whatever is still there, as one thing to undo. */
export function sweep(place: Place): CleanUp {
  return {
    what: `whatever is still marked as made for ${place.clusterName}`,
    byHand: `npm run acceptance -- --cluster ${place.clusterName} --region ${place.ports.region} --remove`,
    undo: async () => {
      for (const { undo } of (await marked(place)).toReversed()) await undo();
      const left = await marked(place);
      if (left.length > 0) throw new Error(`still there: ${left.map(({ what }) => what).join(', ')}`);
    },
  };
}
