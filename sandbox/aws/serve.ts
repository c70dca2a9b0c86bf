/** One request from its first check to its answer. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { authenticate } from './authenticate.ts';
import { ServiceError } from './errors.ts';
import { Call, type Operations } from './operation.ts';
import type { Principal } from './principals.ts';
import type { WireAnswer, WireRequest } from './protocol/http.ts';
import { jsonAnswer, jsonError } from './protocol/json.ts';
import { queryAnswer, queryError } from './protocol/query.ts';
import { isUnsigned, route, type Routed, serviceOf } from './protocol/route.ts';
import { spellError } from './protocol/spelling.ts';
import { formatCall, isReadOnly, isWorkload, type RecordedCall, redact } from './record.ts';
import { protocols, type ServiceName } from './services.ts';
import { parseAuthorization } from './sigv4.ts';
import { type State, stateIn } from './state.ts';
import type { Throttle } from './throttle.ts';

export interface Serving {
  state: State;
  operations: Record<ServiceName, Operations>;
  throttle: Throttle;
}

function asServiceError(error: unknown, log: (line: string) => void): ServiceError {
  if (error instanceof ServiceError) return error;
  log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return new ServiceError('ServiceFailure', error instanceof Error ? error.message : String(error), 500);
}

const contentType = (service: ServiceName): string =>
  protocols[service] === 'json-target' ? 'application/x-amz-json-1.1' : 'application/json';

function answer(routed: Routed, result: unknown, requestId: string): WireAnswer {
  if (protocols[routed.service] === 'query')
    return queryAnswer(routed.service, routed.action, result, requestId);
  return jsonAnswer(result, requestId, contentType(routed.service));
}

function refusal(service: ServiceName, error: ServiceError, requestId: string): WireAnswer {
  if (protocols[service] === 'query') return queryError(service, error, requestId);
  return jsonError(error, requestId, contentType(service));
}

async function perform({ operations }: Serving, routed: Routed, call: Call): Promise<unknown> {
  const operation = operations[routed.service][routed.action];
  if (operation === undefined) {
    throw new ServiceError('InvalidAction', `Could not find operation ${routed.action} for version`, 400);
  }
  return await operation.run(routed.input, call);
}

/** With the faults and limits that a test has set. They are for the job: a workload must not take them away from it. */
async function carryOut(serving: Serving, routed: Routed, call: Call): Promise<unknown> {
  if (isWorkload(call.userAgent)) return await perform(serving, routed, call);
  const { state, throttle } = serving;
  const name = `${routed.service}:${routed.action}`;
  state.faults.strike(name, routed.input, 'before');
  throttle.pass(routed.service, state.settings, state.now());
  const gate = isReadOnly(routed.action) ? undefined : state.faults.gate;
  await gate?.(name, 'before');
  const result = await perform(serving, routed, call);
  await gate?.(name, 'after');
  state.faults.strike(name, routed.input, 'after');
  return result;
}

/** The region that a request was signed for. */
function regionOf(request: WireRequest): string | undefined {
  return parseAuthorization(request.headers['authorization'] ?? '')?.scope.region;
}

/** The call of a caller, in the caller's account and the region that it is for. */
function callOf(
  state: State,
  requestId: string,
  principal: Principal | undefined,
  request: WireRequest,
): Call {
  const home = state.accounts.get(principal?.account ?? state.account) ?? state;
  const userAgent = request.headers['user-agent'] ?? '';
  const region = regionOf(request) ?? home.region;
  return new Call(stateIn(home, region), requestId, { principal, userAgent, region });
}

/** The record of a request of which nothing is known yet. */
function newRecord(at: number): RecordedCall {
  return { service: 'sts', action: '?', readOnly: true, asked: [], outcome: 'ok', request: {}, at };
}

/** Answers one request, as a test wants it to arrive; undefined when the connection is to break off. */
export async function serve(serving: Serving, request: WireRequest): Promise<WireAnswer | undefined> {
  const { record, answer: plain } = await served(serving, request);
  const whole = dated(plain, serving.state);
  const { bend } = serving.state.faults;
  if (bend === undefined || isWorkload(request.headers['user-agent'])) return whole;
  const bent = await bend(`${record.service}:${record.action}`, whole);
  return bent === 'reset' ? undefined : bent;
}

/** A client corrects its clock by this. */
function dated(plain: WireAnswer, { settings, now }: State): WireAnswer {
  if (settings.clockAheadMs === 0) return plain;
  return { ...plain, headers: { ...plain.headers, date: new Date(now()).toUTCString() } };
}

interface Served {
  readonly record: RecordedCall;
  readonly answer: WireAnswer;
}

/** Who, may they, do it, record it. */
async function served(serving: Serving, request: WireRequest): Promise<Served> {
  const { state } = serving;
  const requestId = randomUUID();
  const record = newRecord(state.now());
  (isWorkload(request.headers['user-agent']) ? state.workloadCalls : state.calls).push(record);
  let call: Call | undefined;
  try {
    if (state.settings.latencyMs > 0) await sleep(state.settings.latencyMs);
    record.service = serviceOf(request);
    const routed = route(record.service, request);
    const { action, input } = routed;
    Object.assign(record, { action, readOnly: isReadOnly(action), request: redact(input) });
    const principal: Principal | undefined = isUnsigned(action) ? undefined : authenticate(state, request);
    if (principal !== undefined) record.principalArn = principal.arn;
    call = callOf(state, requestId, principal, request);
    return { record, answer: answer(routed, await carryOut(serving, routed, call), requestId) };
  } catch (error) {
    const spelled = spellError(record.service, asServiceError(error, state.log));
    record.outcome = spelled.code;
    return { record, answer: refusal(record.service, spelled, requestId) };
  } finally {
    if (call?.resource !== undefined) record.resource = call.resource;
    record.asked = call?.asked ?? [];
    state.log(formatCall(record));
  }
}
