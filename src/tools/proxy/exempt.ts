/** NO_PROXY as Go reads it (golang.org/x/net/http/httpproxy): which hosts are called without the proxy. */
import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';

interface Destination {
  /** Lower case, punycode, an IPv6 address without brackets: as `URL` has it. */
  readonly host: string;
  readonly port: string;
}

type Exemption = (destination: Destination) => boolean;

const PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

function blockOf(address: string, bits: number): BlockList {
  const list = new BlockList();
  list.addSubnet(address, bits, familyOf(address));
  return list;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}

/** `::ffff:10.0.0.1` is `10.0.0.1` for Go. */
const MAPPED = blockOf('::ffff:0:0', 96);
const LOOPBACK = [blockOf('127.0.0.0', 8), blockOf('::1', 128)];

function isV4(address: string): boolean {
  return isIP(address) === 4 || MAPPED.check(address, 'ipv6');
}

/** Whether `url` (http or https) is called directly, by the text of NO_PROXY. Loopback and `localhost` always are. */
export function isExempt(url: URL, noProxy: string): boolean {
  const destination = {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (PORTS[url.protocol] ?? '') : url.port,
  };
  const { host } = destination;
  if (host === 'localhost') return true;
  if (isIP(host) !== 0 && LOOPBACK.some((list) => list.check(host, familyOf(host)))) return true;
  return noProxy
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== '' && exemption(entry)(destination));
}

/** What Go can't make sense of exempts nobody. */
function exemption(entry: string): Exemption {
  if (entry === '*') return () => true;
  const [, address = '', digits = ''] = /^([^/%]+)\/(\d+)$/.exec(entry) ?? [];
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (digits !== '' && Number(digits) <= longest) return subnet(address, Number(digits));
  // `host:port` or `[address]:port`; an address in brackets without a port is none to Go.
  const [, bracketed, plain, port] = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(entry) ?? [];
  const host = bracketed ?? plain ?? entry;
  if (host === '') return () => false;
  const named = isIP(host) !== 0 && !host.includes('%') ? single(host) : domain(host);
  return (destination) => named(destination) && (!port || port === destination.port);
}

/** Node's list takes every IPv4 address to be in `::/0`, Go does not. */
function subnet(address: string, bits: number): Exemption {
  const list = blockOf(address, bits);
  const ofV4 = isIP(address) === 4 || (bits >= 96 && isV4(address));
  return ({ host }) => isIP(host) !== 0 && isV4(host) === ofV4 && list.check(host, familyOf(host));
}

function single(address: string): Exemption {
  return subnet(address, isIP(address) === 4 ? 32 : 128);
}

/** `example.com` is that name and all below it, `.example.com` and `*.example.com` only what is below. */
function domain(name: string): Exemption {
  const rest = name.replace(/^\*\./, '.');
  const only = rest.startsWith('.');
  const ascii = toAscii(only ? rest.slice(1) : rest);
  return ({ host }) => isIP(host) === 0 && (host.endsWith(`.${ascii}`) || (!only && host === ascii));
}

function toAscii(name: string): string {
  // With a delimiter in the text, Node would convert only what is before it.
  const international = /[\u0080-\u{10FFFF}]/u.test(name) && !/[/\\?#:@%]/.test(name);
  return international ? domainToASCII(name) || name : name;
}
