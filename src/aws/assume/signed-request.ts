/** Signed requests by hand, for the three calls of the proof that are not worth a client of the SDK in the bundle. */
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { z } from 'zod';
import type { Clock, Log } from '../../model/ports.ts';
import type { AwsClients } from '../client/clients.ts';
import { retry } from '../client/retry.ts';

export interface AssumeContext {
  readonly clients: AwsClients;
  readonly clock: Clock;
  readonly log: Log;
  readonly mask: (value: string) => void;
  /** The job's environment: its `AWS_ENDPOINT_URL` and kin. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export type ServiceId = 'EKS_AUTH' | 'SECRETS_MANAGER' | 'SSM';

export interface WireRequest {
  readonly service: ServiceId;
  readonly keys: Keys;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

export interface WireAnswer {
  readonly status: number;
  /** AWS's code without the suffix `Exception`; empty on success. */
  readonly error: string;
  readonly message: string;
  /** The body of a success, when it was asked for. */
  readonly body: string;
}

const HOSTS: Readonly<Record<ServiceId, string>> = {
  EKS_AUTH: 'eks-auth',
  SECRETS_MANAGER: 'secretsmanager',
  SSM: 'ssm',
};
const NOT_ANSWERED_MS = 20_000;

const errorSchema = z.object({
  __type: z.string().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  Message: z.string().optional(),
});

/** What the SDK's own transport gives back. */
const handledSchema = z.object({
  response: z.object({
    statusCode: z.number(),
    headers: z.record(z.string(), z.string()),
    body: z.unknown(),
  }),
});

/** A busy or failing service, after which the same call may well succeed. */
class Busy extends Error {
  readonly answer: WireAnswer;
  constructor(answer: WireAnswer) {
    super(answer.message);
    this.answer = answer;
  }
}

/** Sends it; throttling and 5xx are repeated for 20 s. The body of a success is thrown away unread unless `keep`. */
export async function send(context: AssumeContext, wire: WireRequest, keep: boolean): Promise<WireAnswer> {
  const busy = (error: unknown) =>
    error instanceof Busy ? { why: `${wire.service} is busy`, forMs: NOT_ANSWERED_MS } : undefined;
  try {
    return await retry(context, busy, async () => {
      const answer = await sendOnce(context, wire, keep);
      if (isBusy(answer)) throw new Busy(answer);
      return answer;
    });
  } catch (error) {
    if (error instanceof Busy) return error.answer;
    throw error;
  }
}

/** Whether the answer says nothing about the question. */
export function isBusy({ status, error }: WireAnswer): boolean {
  return status === 429 || status >= 500 || /Throttl|TooManyRequests|RequestLimitExceeded/.test(error);
}

async function sendOnce(context: AssumeContext, wire: WireRequest, keep: boolean): Promise<WireAnswer> {
  const { sts } = context.clients;
  const { sha256, systemClockOffset, requestHandler } = sts.config;
  const region = await sts.config.region();
  const url = endpointOf(context, wire.service, region);
  const unsigned = new HttpRequest({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port !== '' && { port: Number(url.port) }),
    path: url.pathname.replace(/\/$/, '') + wire.path,
    headers: { ...wire.headers, host: url.host },
    body: JSON.stringify(wire.body),
  });
  const signer = new SignatureV4({ service: HOSTS[wire.service], region, credentials: wire.keys, sha256 });
  const signed = await signer.sign(unsigned, {
    signingDate: new Date(context.clock.now() + systemClockOffset),
  });
  const handled: unknown = await requestHandler.handle(new HttpRequest(signed));
  const { statusCode, headers, body } = handledSchema.parse(handled).response;
  return await answerOf(statusCode, headers, body, keep);
}

async function answerOf(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: unknown,
  keep: boolean,
): Promise<WireAnswer> {
  const stream = body instanceof Readable ? body : Readable.from([]);
  const success = status >= 200 && status < 300;
  if (success && !keep) {
    stream.destroy();
    return { status, error: '', message: '', body: '' };
  }
  const content = await text(stream);
  if (success) return { status, error: '', message: '', body: content };
  const read = errorSchema.safeParse(parsed(content)).data;
  const type = headers['x-amzn-errortype'] ?? read?.['__type'] ?? read?.code ?? `HTTP ${status}`;
  const error = type
    .replace(/^.*#/, '')
    .replace(/:.*$/, '')
    .replace(/Exception$/, '');
  return { status, error, message: read?.message ?? read?.Message ?? '', body: '' };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** As the SDK decides: the service's own variable, the general one, then AWS's host in the region. */
function endpointOf({ clients, env }: AssumeContext, service: ServiceId, region: string): URL {
  const configured = env[`AWS_ENDPOINT_URL_${service}`] ?? env['AWS_ENDPOINT_URL'] ?? '';
  if (configured !== '' && env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] !== 'true') return new URL(configured);
  // EKS Auth has only hosts of the newer, dual-stack kind.
  const host = stsHost(clients, region, service === 'EKS_AUTH');
  return new URL(`https://${host.replace(/^sts\./, `${HOSTS[service]}.`)}`);
}

/** From the SDK's own endpoint rules, so that every partition has its suffix. */
function stsHost({ sts }: AwsClients, Region: string, UseDualStack: boolean): string {
  const parameters = { Region, UseDualStack, UseFIPS: false, UseGlobalEndpoint: false };
  return sts.config.endpointProvider(parameters).url.hostname;
}
