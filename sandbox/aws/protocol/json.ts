/** JSON bodies: EKS has them with REST paths, Secrets Manager and SSM with a target. */
import type { ServiceError } from '../errors.ts';
import type { WireAnswer } from './http.ts';

/** Reads a JSON body; an empty one is an empty request. */
export function parseJson(body: string): Record<string, unknown> {
  if (body === '') return {};
  const value: unknown = JSON.parse(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError('not an object');
  return Object.fromEntries(Object.entries(value));
}

/** AWS writes times as seconds since the epoch in JSON. */
function toJson(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toJson(member)]));
  }
  return value;
}

export function jsonAnswer(result: unknown, requestId: string, contentType: string): WireAnswer {
  return {
    status: 200,
    headers: { 'content-type': contentType, 'x-amzn-requestid': requestId },
    body: JSON.stringify(toJson(result ?? {})),
  };
}

/** The type goes both into the header (REST-JSON) and the body (JSON 1.1): the SDK reads either. */
export function jsonError(error: ServiceError, requestId: string, contentType: string): WireAnswer {
  return {
    status: error.status,
    headers: { 'content-type': contentType, 'x-amzn-requestid': requestId, 'x-amzn-errortype': error.code },
    body: JSON.stringify({ __type: error.code, message: error.message, ...error.members }),
  };
}
