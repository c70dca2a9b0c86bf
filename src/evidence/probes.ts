/** Named secrets and parameters, read with the proven credentials; what is read is never kept. */
import type { Proof } from '../model/config.ts';
import type { Finding } from '../model/evidence.ts';
import type { Host } from '../model/host.ts';
import type { ReadResult, WorkloadSession } from '../model/proof-ports.ts';
import { expand, placeholdersIn } from '../policy/placeholders.ts';
import { untilPropagated } from '../wait/until-propagated.ts';
import { type EvidenceContext, propagationOf } from './context.ts';

interface Probe {
  readonly what: string;
  readonly read: () => Promise<ReadResult>;
}

/** The probes as they are called for one control plane; of those whose placeholders are not known there is none. */
function probesOf({ secrets, parameters }: Proof, session: WorkloadSession, host: Host): readonly Probe[] {
  const named = (templates: readonly string[]): readonly string[] =>
    templates.flatMap((template) => expand(template, host.placeholders) ?? []);
  return [
    ...named(secrets).map((name) => ({
      what: `secret ${name}`,
      read: async () => await session.readSecret(name),
    })),
    ...named(parameters).map((name) => ({
      what: `parameter ${name}`,
      read: async () => await session.readParameter(name),
    })),
  ];
}

/** The first probe that can't be read for a host, since a placeholder of it has no value there, in words. */
function unwritten({ secrets, parameters }: Proof, { placeholders }: Host): string | undefined {
  const template = [...secrets, ...parameters].find((one) => expand(one, placeholders) === undefined);
  if (template === undefined) return undefined;
  const missing = placeholdersIn(template).filter((name) => placeholders[name] === undefined);
  return `${template} was not read: what ${missing.map((name) => `{${name}}`).join(', ')} stands for is not known`;
}

/** The finding of the assumption with the reads added to it. */
export async function readProbes(
  context: EvidenceContext,
  session: WorkloadSession,
  assumed: Finding,
  host: Host,
): Promise<Finding> {
  const done: string[] = [];
  for (const { what, read } of probesOf(context.proof, session, host)) {
    const problem = problemOf(await untilPropagated(propagationOf(context), read, isFinal));
    if (problem !== undefined) return { ...problem, detail: `${assumed.detail}; ${what}: ${problem.detail}` };
    done.push(what);
  }
  const left = unwritten(context.proof, host);
  if (left !== undefined) return { status: 'unknown', detail: `${assumed.detail}; ${left}` };
  return done.length === 0
    ? assumed
    : { status: 'pass', detail: `${assumed.detail}; read ${done.join(', ')}` };
}

/**
 * Whether another control plane's own probes are refused to this session; undefined when no probe has a placeholder, or no
 * other control plane has other values. What is there and what is not is refused alike by AWS, so one that is missing was allowed.
 */
export async function readOthers(
  context: EvidenceContext,
  session: WorkloadSession,
  host: Host,
): Promise<Finding | undefined> {
  const { secrets, parameters } = context.proof;
  const templates = {
    ...context.proof,
    secrets: secrets.filter(isTemplate),
    parameters: parameters.filter(isTemplate),
  };
  const own = new Set(probesOf(templates, session, host).map(({ what }) => what));
  const other = neighbourOf(host, context.world.placed, (candidate) =>
    probesOf(templates, session, candidate).some(({ what }) => !own.has(what)),
  );
  if (other === undefined) return undefined;
  const refused: string[] = [];
  for (const { what, read } of probesOf(templates, session, other)) {
    if (own.has(what)) continue;
    const { kind, ...answer } = await untilPropagated(propagationOf(context), read, isRefused);
    if (kind === 'read' || kind === 'missing')
      return { status: 'fail', detail: `it could read ${what} of ${other.name}` };
    if (kind === 'unanswered')
      return {
        status: 'unknown',
        detail: `${what} of ${other.name}: no answer, ${'said' in answer ? answer.said : ''}`,
      };
    refused.push(what);
  }
  return { status: 'pass', detail: `refused ${refused.join(', ')} of ${other.name}` };
}

const isTemplate = (name: string): boolean => placeholdersIn(name).length > 0;

const isRefused = ({ kind }: ReadResult): boolean => kind === 'refused';

/** The next one round: so each control plane's secrets are asked for by one other. */
function neighbourOf(
  host: Host,
  placed: readonly Host[],
  fits: (candidate: Host) => boolean,
): Host | undefined {
  const at = placed.indexOf(host);
  return [...placed.slice(at + 1), ...placed.slice(0, Math.max(at, 0))].find(fits);
}

function isFinal({ kind }: ReadResult): boolean {
  return kind !== 'refused';
}

function problemOf(result: ReadResult): Finding | undefined {
  switch (result.kind) {
    case 'read':
      return undefined;
    case 'refused':
      return { status: 'fail', detail: `refused, ${result.said}` };
    case 'missing':
      return { status: 'fail', detail: `there is nothing of this name (${result.said})` };
    case 'unanswered':
      return { status: 'unknown', detail: `no answer, ${result.said}` };
  }
}
