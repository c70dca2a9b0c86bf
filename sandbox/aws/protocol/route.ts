/** Which service and operation a request is for, whatever its protocol. */
import { ServiceError } from '../errors.ts';
import { isServiceName, protocols, type ServiceName } from '../services.ts';
import { parseAuthorization } from '../sigv4.ts';
import type { WireRequest } from './http.ts';
import { parseJson } from './json.ts';
import { parseForm } from './query.ts';
import { matchRestPath } from './rest-paths.ts';

/** What a request asks for. */
export interface Routed {
  service: ServiceName;
  action: string;
  input: Record<string, unknown>;
}

const unsignedActions = new Set(['AssumeRoleWithWebIdentity']);

export function isUnsigned(action: string): boolean {
  return unsignedActions.has(action);
}

/** The service that the request was signed for; for unsigned ones only STS comes into question. */
export function serviceOf(request: WireRequest): ServiceName {
  const scope = parseAuthorization(request.headers['authorization'] ?? '')?.scope;
  if (scope !== undefined && isServiceName(scope.service)) return scope.service;
  if (scope !== undefined)
    throw new ServiceError('InvalidAction', `The stand-in has no service ${scope.service}`, 404);
  if (matchRestPath('eks-auth', request) !== undefined) return 'eks-auth';
  if (matchRestPath('eks', request) !== undefined) return 'eks';
  return 'sts';
}

function routeRest(service: ServiceName, request: WireRequest): Routed {
  const match = matchRestPath(service, request);
  if (match === undefined) {
    throw new ServiceError(
      'InvalidAction',
      'Unable to determine service/operation name to be authorized',
      403,
    );
  }
  const body = request.method === 'GET' || request.method === 'DELETE' ? {} : parseJson(request.body);
  return { service, action: match.action, input: { ...queryInput(request.query), ...body, ...match.labels } };
}

/** Finds operation and input. Throws InvalidAction for what no service here knows. */
export function route(service: ServiceName, request: WireRequest): Routed {
  const protocol = protocols[service];
  if (protocol === 'rest-json') return routeRest(service, request);
  if (protocol === 'json-target') {
    const action = (request.headers['x-amz-target'] ?? '').split('.').at(-1) ?? '';
    return { service, action, input: parseJson(request.body) };
  }
  const form = request.body === '' ? request.query.toString() : request.body;
  return { service, action: new URLSearchParams(form).get('Action') ?? '', input: parseForm(form) };
}

/** Query members: a repeated name is a list (tagKeys always is one). */
function queryInput(query: URLSearchParams): Record<string, unknown> {
  const names = [...new Set(query.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = query.getAll(name);
      return [name, values.length > 1 || name === 'tagKeys' ? values : values[0]];
    }),
  );
}
