/** What a proxy says when it refuses to connect to a host, taken from the errors of Node's agents and of undici. */
import { z } from 'zod';

export interface ProxyRefusal {
  /** The HTTP status of the proxy's answer to CONNECT. */
  readonly status: number;
  readonly said: string;
  readonly next: string;
  /** The proxy answered for itself; the same request may pass only with other settings. */
  readonly final: boolean;
}

/** The code that Node gives besides is the same for all of them, so the texts are read (Node 24, undici 6). */
const TEXTS = [/Failed to establish tunnel to .*: HTTP\/1\.\d (\d{3})/, /Proxy response \((\d{3})\) !== 200/];

const schema = z.object({ message: z.string(), cause: z.unknown().optional() });

/** Undefined for every other error. Looks at the causes too: `fetch` wraps its errors. */
export function proxyRefusalOf(error: unknown): ProxyRefusal | undefined {
  const read = schema.safeParse(error).data;
  if (read === undefined) return undefined;
  const [digits] = TEXTS.flatMap((text) => text.exec(read.message)?.slice(1) ?? []);
  if (digits === undefined) return proxyRefusalOf(read.cause);
  const status = Number(digits);
  return {
    status,
    said: `the proxy answered with HTTP status ${status} instead of opening a way to the host`,
    next: advise(status),
    final: status < 500 && status !== 429,
  };
}

function advise(status: number): string {
  if (status === 407)
    return 'The proxy wants credentials, or others than these: put USER:PASSWORD@ before its host in HTTPS_PROXY, special characters in percent encoding. Or name the host in NO_PROXY.';
  if (status >= 500)
    return `The proxy does not reach the host (status ${status}). Its log says why. If the runner reaches the host without it, name the host in NO_PROXY.`;
  return `The proxy does not let this runner reach the host (status ${status}). Have it allow the host, or, if the runner reaches the host without it, name the host in NO_PROXY.`;
}
