/** The hosts of the internet that a workflow names, behind a proxy that opens TLS and leads to the sandbox's own sites. */
import { createServer, type IncomingMessage, request as ask, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { pipeline } from 'node:stream';
import type { Authority } from '../certificates.ts';
import { listen } from '../loopback.ts';

export interface Sites {
  /** For `HTTPS_PROXY`. */
  readonly proxyUrl: string;
  /** `host/path` of what was asked for. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export interface SitesOptions {
  /** By host name, where it leads: an `http://` URL, a path too. Every other host is refused. */
  readonly hosts: ReadonlyMap<string, string>;
  /** Signs for these hosts: a job has to trust it (`NODE_EXTRA_CA_CERTS`). */
  readonly authority: Authority;
  readonly log: (line: string) => void;
}

export async function startSites({ hosts, authority, log }: SitesOptions): Promise<Sites> {
  const requests: string[] = [];
  const tls = await authority.issue([...hosts.keys()]);
  const opened = await listen(
    (request, response) => {
      const host = nameOf(request.headers.host);
      requests.push(`${host}${request.url ?? ''}`);
      forward(request, response, new URL(`${hosts.get(host)}${request.url ?? ''}`));
    },
    { tls, log },
  );
  const proxy = createServer((_request, response) => {
    response.writeHead(405).end();
  });
  proxy.on('connect', (request, socket) => {
    if (!hosts.has(nameOf(request.url))) {
      log(`no way to ${request.url}`);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const through = connect(opened.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      // Whoever ends first ends the other.
      pipeline(socket, through, socket, () => {});
    });
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve);
  });
  return {
    proxyUrl: `http://127.0.0.1:${portOf(proxy.address())}`,
    requests,
    close: async () => {
      await opened.close();
      proxy.closeAllConnections();
      await new Promise((resolve) => {
        proxy.close(resolve);
      });
    },
  };
}

/** Without the port of HTTPS. */
function nameOf(host = ''): string {
  return host.replace(/:443$/, '');
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function forward(request: IncomingMessage, response: ServerResponse, url: URL): void {
  const { method, headers } = request;
  const forwarded = ask(url, { method, headers: { ...headers, host: url.host } }, (answer) => {
    const { location } = answer.headers;
    // Its paths are not those of the host: a redirect of the site within itself is followed here.
    if (location?.startsWith('/') === true) {
      answer.resume();
      forward(request, response, new URL(location, url));
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    pipeline(answer, response, () => {});
  });
  forwarded.on('error', () => {
    response.writeHead(502).end();
  });
  request.pipe(forwarded);
}
