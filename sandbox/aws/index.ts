/** Starts the stand-in for an AWS account, and what others may use of it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { JWK } from 'jose';
import { type ClusterUser, verifyClusterToken } from './cluster-token.ts';
import type { Association } from './eks/model.ts';
import { operations } from './operations.ts';
import { readRequest, sendAnswer } from './protocol/http.ts';
import type { RecordedCall } from './record.ts';
import { serve } from './serve.ts';
import { addAccount, createState, type StartAwsOptions, type State, stateIn } from './state.ts';
import { Throttle } from './throttle.ts';

export type { ClusterUser } from './cluster-token.ts';
export type { NewAssociation } from './eks/eks.ts';
export { Eks } from './eks/eks.ts';
export type { AccessEntry, Addon, Association, Cluster, NewCluster } from './eks/model.ts';
export type { Fault } from './faults.ts';
export { Faults } from './faults.ts';
export type { NewRole, UserPolicy } from './iam/iam.ts';
export { Iam } from './iam/iam.ts';
export type { ManagedPolicy, OidcProvider, Role, User } from './iam/model.ts';
export type { RecordedCall } from './record.ts';
export { formatCall } from './record.ts';
export type { Settings } from './settings.ts';
export type { StartAwsOptions } from './state.ts';

/** What an account holds, for tests that lay it out. */
export type Account = Pick<State, 'account' | 'iam' | 'secrets' | 'parameters'>;

/** A running stand-in for an AWS account: one HTTP port for every service. */
export interface Aws extends Account, Pick<State, 'region' | 'partition' | 'eks' | 'settings'> {
  /** For AWS_ENDPOINT_URL. */
  endpoint: string;
  faults: State['faults'];
  /** Opens another account, for roles that a workload goes on to. */
  addAccount(account: string): Account;
  /** The clusters of an account in a region; without an account, of the first one. */
  eksIn(region: string, account?: string): State['eks'];
  /** Every call so far, oldest first, but for those of the cluster's workloads. */
  calls: RecordedCall[];
  /** What agents and External Secrets in the cluster have asked; no fault and no limit is in their way. */
  workloadCalls: RecordedCall[];
  /** The calls that change something, answered or refused. */
  writes(): RecordedCall[];
  /** Lets STS verify tokens of an issuer (`https://...`) without fetching its keys. */
  addOidcKeys(issuerUrl: string, keys: JWK[]): void;
  /** The association that the webhook of a cluster knows by now. */
  associationInForce(clusterName: string, namespace: string, serviceAccount: string): Association | undefined;
  /**
   * The Kubernetes user behind a `k8s-aws-v1.` token; undefined for a bad token or a principal without access entry. Without a
   * place, of a cluster in the first account and region.
   */
  verifyClusterToken(
    clusterName: string,
    token: string,
    place?: { readonly region: string; readonly account: string },
  ): Promise<ClusterUser | undefined>;
  close(): Promise<void>;
}

/** Starts the stand-in on a free port of the loopback interface. */
export async function startAws(options: StartAwsOptions): Promise<Aws> {
  const state = createState(options);
  const serving = { state, operations, throttle: new Throttle() };
  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = await serve(serving, await readRequest(message));
    if (answer === undefined) message.socket.destroy();
    else sendAnswer(response, answer);
  };
  const server = createServer((message, response) => {
    // A request that breaks off midway has nobody left to answer.
    handle(message, response).catch(() => response.destroy());
  });
  const { promise: listening, resolve } = Promise.withResolvers<undefined>();
  server.listen(0, '127.0.0.1', () => {
    resolve(undefined);
  });
  await listening;
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const placeOf = (region: string, account = state.account): State => {
    const holder = state.accounts.get(account);
    if (holder === undefined) throw new Error(`the stand-in has no account ${account}`);
    return stateIn(holder, region);
  };
  return {
    ...state,
    endpoint: `http://127.0.0.1:${port}`,
    addAccount: (account) => addAccount(state, account),
    eksIn: (region, account) => placeOf(region, account).eks,
    writes: () => state.calls.filter((call) => !call.readOnly),
    addOidcKeys: (issuerUrl, keys) => {
      state.issuerKeys.add(issuerUrl, keys);
    },
    associationInForce: (clusterName, namespace, serviceAccount) => {
      const association = state.eks.association(clusterName, namespace, serviceAccount);
      const inForce =
        association !== undefined && association.createdAt + state.settings.injectionMs <= state.now();
      return inForce ? association : undefined;
    },
    verifyClusterToken: (clusterName, token, place = state) =>
      Promise.resolve(verifyClusterToken(placeOf(place.region, place.account), clusterName, token)),
    close: async () => {
      server.closeAllConnections();
      const { promise: closed, resolve: done } = Promise.withResolvers<undefined>();
      server.close(() => {
        done(undefined);
      });
      await closed;
    },
  };
}
