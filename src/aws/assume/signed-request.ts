/** Signs and sends requests without an SDK client: for three calls, the clients would make the bundle much larger. */
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { z } from 'zod';
import type { Clock, Log } from '../../model/ports.ts';
import { parseJsonIfValid } from '../../tools/parse-json.ts';
import { isNetwork, isServerFault, isThrottled, readAwsError } from '../client/aws-error.ts';
import type { AwsClients } from '../client/clients.ts';
import { retry, type Transient } from '../client/retry.ts';
import { endpointOf, SERVICE_NAMES, type ServiceId } from './service-hosts.ts';

export interface AssumeContext {
  readonly clients: AwsClients;
  readonly clock: Clock;
  readonly log: Log;
  readonly mask: (value: string) => void;
}

export interface AccessKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface SignedRequest {
  readonly service: ServiceId;
  readonly keys: AccessKeys;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

export interface SignedAnswer {
  readonly status: number;
  /** AWS's code without the suffix `Exception`; empty on success. */
  readonly error: string;
  readonly message: string;
  /** The body of a success, when it was asked for. */
  readonly body: string;
}

const RETRY_MS = 20_000;

const errorSchema = z.object({
  __type: z.string().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  Message: z.string().optional(),
});

/** The result of the SDK's own HTTP handler. */
const handledSchema = z.object({
  response: z.object({
    statusCode: z.number(),
    headers: z.record(z.string(), z.string()),
    body: z.unknown(),
  }),
});

/** A busy or failing service: the same call may succeed later. */
class Busy extends Error {
  readonly answer: SignedAnswer;
  constructor(answer: SignedAnswer) {
    super(answer.message);
    this.answer = answer;
  }
}

/** Sends it; tries again for 20 s after throttling, 5xx and where it was not reached. Discards the body of a success unread unless `keep`. */
export async function sendSigned(
  context: AssumeContext,
  call: SignedRequest,
  keep: boolean,
): Promise<SignedAnswer> {
  try {
    return await retry(
      context,
      (error) => whyAgain(error, call),
      async () => {
        const answer = await sendOnce(context, call, keep);
        if (isBusy(answer)) throw new Busy(answer);
        return answer;
      },
    );
  } catch (error) {
    if (error instanceof Busy) return error.answer;
    throw error;
  }
}

/** As the SDK does for its own calls: this one can be sent twice. */
function whyAgain(error: unknown, { service }: SignedRequest): Transient | undefined {
  if (error instanceof Busy) return { why: `${service} is busy`, forMs: RETRY_MS };
  const read = readAwsError(error);
  return read !== undefined && isNetwork(read)
    ? { why: `${service} was not reached`, forMs: RETRY_MS }
    : undefined;
}

/** Whether the service did not deal with the request at all: throttled or failed. */
export function isBusy({ status, error: name, message }: SignedAnswer): boolean {
  const error = { name, message, status };
  return isThrottled(error) || isServerFault(error);
}

async function sendOnce(context: AssumeContext, call: SignedRequest, keep: boolean): Promise<SignedAnswer> {
  const { sts } = context.clients;
  const { sha256, systemClockOffset, requestHandler } = sts.config;
  const region = await sts.config.region();
  const url = await endpointOf(sts, call.service, region);
  const unsigned = new HttpRequest({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port !== '' && { port: Number(url.port) }),
    path: url.pathname.replace(/\/$/, '') + call.path,
    headers: { ...call.headers, host: url.host },
    body: JSON.stringify(call.body),
  });
  const signer = new SignatureV4({
    service: SERVICE_NAMES[call.service],
    region,
    credentials: call.keys,
    sha256,
  });
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
): Promise<SignedAnswer> {
  const stream = body instanceof Readable ? body : Readable.from([]);
  const success = status >= 200 && status < 300;
  if (success && !keep) {
    stream.destroy();
    return { status, error: '', message: '', body: '' };
  }
  const content = await text(stream);
  if (success) return { status, error: '', message: '', body: content };
  const read = parseJsonIfValid(content, errorSchema);
  const code = headers['x-amzn-errortype'] ?? read?.['__type'] ?? read?.code;
  const error = (code ?? `HTTP ${status}`)
    .replace(/^.*#/, '')
    .replace(/:.*$/, '')
    .replace(/Exception$/, '');
  return { status, error, message: messageOf(read, code), body: '' };
}

/** AWS gives a code, mostly a message too: what has neither is of somebody else. */
function messageOf(read: z.infer<typeof errorSchema> | undefined, code: string | undefined): string {
  const message = read?.message ?? read?.Message ?? '';
  return message === '' && code === undefined ? 'a text that AWS does not write' : message;
}
