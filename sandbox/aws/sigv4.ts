/** Signature Version 4, worked out once more to check what the SDK signed. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What a SigV4 credential scope says: `KEY/20260101/eu-central-1/iam/aws4_request`. */
export interface Scope {
  accessKeyId: string;
  date: string;
  region: string;
  service: string;
}

/** All that goes into a signature, as the verifier knows it. */
export interface Signed {
  scope: Scope;
  /** YYYYMMDDTHHMMSSZ */
  time: string;
  signedHeaders: string[];
  signature: string;
  method: string;
  /** Path as sent, percent-encoded once. */
  path: string;
  query: [string, string][];
  headers: Record<string, string>;
  payloadHash: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** encodeURIComponent, plus the characters that RFC 3986 also reserves. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function parseScope(credential: string): Scope | undefined {
  const match = /^([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/.exec(credential);
  const [, accessKeyId, date, region, service] = match ?? [];
  if (!accessKeyId || !date || !region || !service) return undefined;
  return { accessKeyId, date, region, service };
}

/** Parses `Authorization: AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...`. */
export function parseAuthorization(header: string) {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(header);
  const [, credential, signedHeaders, signature] = match ?? [];
  const scope = parseScope(credential ?? '');
  if (scope === undefined || signedHeaders === undefined || signature === undefined) return undefined;
  return { scope, signedHeaders: signedHeaders.split(';'), signature };
}

/** Milliseconds since the epoch of a time such as 20260131T120000Z; NaN for anything else. */
export function parseTime(time: string): number {
  return Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

const byCode = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function canonicalRequest(signed: Signed): string {
  const query = signed.query
    .map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`)
    .toSorted(byCode)
    .join('&');
  const headers = signed.signedHeaders.map(
    (name) => `${name}:${(signed.headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`,
  );
  // Every service but S3 signs the path encoded twice.
  const path = signed.path.split('/').map(uriEncode).join('/');
  const parts = [
    signed.method,
    path,
    query,
    headers.join(''),
    signed.signedHeaders.join(';'),
    signed.payloadHash,
  ];
  return parts.join('\n');
}

/** Recomputes the signature with the caller's secret and compares. */
export function signatureMatches(signed: Signed, secretAccessKey: string): boolean {
  const { date, region, service } = signed.scope;
  const scope = `${date}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', signed.time, scope, sha256(canonicalRequest(signed))].join('\n');
  let key = hmac(`AWS4${secretAccessKey}`, date);
  for (const part of [region, service, 'aws4_request']) key = hmac(key, part);
  const expected = hmac(key, text);
  const given = Buffer.from(signed.signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

export { sha256 };
