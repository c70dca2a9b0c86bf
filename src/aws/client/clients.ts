/** The clients of the AWS SDK: region, proxy, time limits, retries, and hosts. */
import { EKSClient } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { AdaptiveRetryStrategy } from '@smithy/core/retry';
import type { Log } from '../../model/ports.ts';
import { isQuota, isThrottled, readAwsError } from './aws-error.ts';
import { type HandlerSettings, ProxyRuleHandler } from './proxy.ts';
import { isWholeJson, isWholeXml, NEXT_TO_THE_NETWORK, wholeAnswers } from './whole-answers.ts';

/** What every client is built with. The SDK itself reads AWS_ENDPOINT_URL and its variants. */
export interface Connection {
  readonly region: string;
  readonly customUserAgent: string;
  /** Shared by all clients, with its connections. */
  readonly requestHandler: ProxyRuleHandler;
}

export interface ConnectionSettings extends Pick<HandlerSettings, 'env' | 'nodeVersion'> {
  readonly region: string;
  /** The version of this action; AWS's own logs show it. */
  readonly version: string;
}

/** Gives credentials, fresh ones when the last ones expire. */
export type CredentialProvider = Extract<NonNullable<STSClientConfig['credentials']>, () => unknown>;

export interface AwsClients {
  readonly iam: IAMClient;
  readonly eks: EKSClient;
  readonly sts: STSClient;
}

/** Milliseconds. */
const LIMITS = { connectionTimeout: 10_000, requestTimeout: 30_000, throwOnRequestTimeout: true };
const MAX_ATTEMPTS = 8;

/** Region, proxy and time limits, shared by the sign-in and all clients. */
export function createConnection(settings: ConnectionSettings, log: Log): Connection {
  return {
    region: settings.region,
    customUserAgent: `spaces-workload-identity/${settings.version}`,
    requestHandler: new ProxyRuleHandler({ ...settings, limits: LIMITS }, log),
  };
}

type Refresh = AdaptiveRetryStrategy['refreshRetryTokenForRetry'];

/** IAM's `LimitExceeded` is a full quota, but the SDK counts it as throttling and would make eight useless attempts. */
class QuotaAwareRetryStrategy extends AdaptiveRetryStrategy {
  readonly #onThrottled: () => void;

  constructor(onThrottled: () => void) {
    super(MAX_ATTEMPTS);
    this.#onThrottled = onThrottled;
  }

  override async refreshRetryTokenForRetry(
    ...[token, info]: Parameters<Refresh>
  ): Promise<Awaited<ReturnType<Refresh>>> {
    const error = readAwsError(info.error);
    if (error !== undefined && isQuota(error)) throw new Error('retries do not help against a full quota');
    if (error !== undefined && isThrottled(error)) this.#onThrottled();
    return await super.refreshRetryTokenForRetry(token, info);
  }
}

/**
 * The clients of one run. Throttling, 5xx and network errors are retried by the SDK, slowing down as AWS asks; `onSlowed` is told
 * each time which service has asked.
 */
export function createClients(
  connection: Connection,
  credentials: CredentialProvider,
  onSlowed: (name: string) => void = () => {},
): AwsClients {
  const settings = (name: string) => ({
    ...connection,
    credentials,
    retryMode: 'adaptive',
    maxAttempts: MAX_ATTEMPTS,
    retryStrategy: new QuotaAwareRetryStrategy(() => onSlowed(name)),
  });
  const clients = {
    iam: new IAMClient(settings('IAM')),
    eks: new EKSClient(settings('EKS')),
    sts: new STSClient(settings('STS')),
  };
  clients.iam.middlewareStack.add(wholeAnswers(isWholeXml), NEXT_TO_THE_NETWORK);
  clients.sts.middlewareStack.add(wholeAnswers(isWholeXml), NEXT_TO_THE_NETWORK);
  clients.eks.middlewareStack.add(wholeAnswers(isWholeJson), NEXT_TO_THE_NETWORK);
  return clients;
}

/** The public host of STS in a region, by the SDK's own endpoint rules, so that it is right in every partition. */
export function stsHost(sts: STSClient, region: string, useDualStack = false): string {
  // Asked without the job's own endpoint settings.
  const parameters = { Region: region, UseDualStack: useDualStack, UseFIPS: false, UseGlobalEndpoint: false };
  return sts.config.endpointProvider(parameters).url.hostname;
}
