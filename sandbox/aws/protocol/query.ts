/** The Query protocol, of IAM and STS: a form in, XML out. */
import { XMLBuilder } from 'fast-xml-parser';
import type { ServiceError } from '../errors.ts';
import type { WireAnswer } from './http.ts';

type Tree = { [name: string]: Tree | string };

const namespaces: Record<string, string> = {
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
};
const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@' });

/** Reads a form of the AWS Query protocol: `Tags.member.1.Key=a` becomes `{ Tags: [{ Key: 'a' }] }`. */
export function parseForm(body: string): Record<string, unknown> {
  const root: Tree = {};
  for (const [name, value] of new URLSearchParams(body)) {
    if (name === 'Action' || name === 'Version') continue;
    const steps = name.split('.');
    const last = steps.pop() ?? name;
    let node = root;
    for (const step of steps) {
      const next = node[step];
      node = typeof next === 'object' ? next : (node[step] = {});
    }
    node[last] = value;
  }
  return Object.fromEntries(Object.entries(root).map(([name, value]) => [name, unfoldLists(value)]));
}

function unfoldLists(node: Tree | string): unknown {
  if (typeof node === 'string') return node;
  const { member } = node;
  if (typeof member === 'object') {
    return Object.entries(member)
      .toSorted(([a], [b]) => Number(a) - Number(b))
      .map(([, value]) => unfoldLists(value));
  }
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, unfoldLists(value)]));
}

/** The shape that XMLBuilder writes as AWS does: lists of `member`, maps of `entry`, times in ISO 8601, nothing for undefined. */
function toXml(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().replace(/\.\d+Z$/, 'Z');
  if (value instanceof Map) {
    return { entry: [...value].map(([key, entry]) => ({ key: toXml(key), value: toXml(entry) })) };
  }
  if (Array.isArray(value)) return value.length === 0 ? '' : { member: value.map(toXml) };
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return Object.fromEntries(members.map(([name, member]) => [name, toXml(member)]));
  }
  return value;
}

export function queryAnswer(service: string, action: string, result: unknown, requestId: string): WireAnswer {
  const response = {
    '@xmlns': namespaces[service],
    ...(result === undefined ? {} : { [`${action}Result`]: toXml(result) }),
    ResponseMetadata: { RequestId: requestId },
  };
  return {
    status: 200,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: builder.build({ [`${action}Response`]: response }),
  };
}

export function queryError(service: string, error: ServiceError, requestId: string): WireAnswer {
  const response = {
    '@xmlns': namespaces[service],
    Error: { Type: error.status >= 500 ? 'Receiver' : 'Sender', Code: error.code, Message: error.message },
    RequestId: requestId,
  };
  return {
    status: error.status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: builder.build({ ErrorResponse: response }),
  };
}
