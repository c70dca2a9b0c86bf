/** How a run ended, in one record: every document carries it, so that a report on many clusters needs no outputs of their jobs. */
import type { Config } from '../model/config.ts';
import type { Json } from '../model/json.ts';
import type { FailureDetails, FailureReason } from '../model/failure.ts';
import type { RunRecord, Verdict } from '../model/record.ts';
import { summaryLine } from './counts.ts';
import type { Document } from './documents.ts';

/** Mistakes in the workflow and our own are errors; for `check`, anything else that kept it from looking leaves it open. */
const NOT_ABOUT_THE_WORLD: ReadonlySet<FailureReason> = new Set(['invalid-input', 'internal', 'cancelled']);
/** How long each text of a failure may be, in characters. The job summary has the whole. */
const MOST_TEXT = 800;

/** The output `verdict` (contract). */
export function verdictOf({ failure, verdict, config, plan }: RunRecord): Verdict {
  if (failure === undefined || verdict === 'drifted' || verdict === 'unknown') return verdict ?? 'unknown';
  const couldNotLook =
    config?.mode === 'check' && plan === undefined && !NOT_ABOUT_THE_WORLD.has(failure.reason);
  return couldNotLook ? 'unknown' : 'error';
}

/** The result as far as it is known: after a failure in reading the inputs, the verdict and the failure alone. */
function resultOf(record: RunRecord): { readonly [key: string]: Json } {
  const { config, plan, checkedAt, failure } = record;
  return {
    verdict: verdictOf(record),
    ...(failure !== undefined && { failure: { reason: failure.reason, ...textsOf(failure.details) } }),
    ...(config !== undefined && {
      label: config.reporting.label,
      mode: config.mode,
      identity: config.intent.identity,
      cluster: clusterOf(config, record),
    }),
    ...(config !== undefined && plan !== undefined && { summaryLine: summaryLine(config, plan) }),
    ...(checkedAt !== undefined && { checkedAt: new Date(checkedAt).toISOString() }),
  };
}

/** A run that did not find the cluster knows it by its inputs; one that could not sign in takes the account of the job's role, if any. */
function clusterOf({ intent, signIn }: Config, { place, caller }: RunRecord): Json {
  if (place !== undefined) {
    const { name, arn, region, account } = place.cluster;
    return { name, arn, region, account };
  }
  const [, account = ''] = /^arn:[\w-]+:iam::(\d{12}):/.exec(signIn.roleToAssume ?? '') ?? [];
  return {
    name: intent.clusterName,
    arn: '',
    region: intent.region,
    account: caller?.account ?? account,
  };
}

function textsOf({ tried, said, next }: FailureDetails): { readonly [key: string]: Json } {
  return { tried: shortText(tried), said: shortText(said), next: shortText(next) };
}

/** Cut between words: half of a secret would fit no mask. */
function shortText(text: string): string {
  return text.length > MOST_TEXT ? text.slice(0, MOST_TEXT).replace(/(?<=\s)\S*$/, '…') : text;
}

/** The document with how its run ended. */
export function withResult(document: Document, record: RunRecord): Document {
  return { ...document, rest: { ...document.rest, result: resultOf(record) } };
}

/** A document of its own, which a run leaves also where it came to no plan. */
export function resultDocument(record: RunRecord): string {
  return `${JSON.stringify({ version: 1, result: resultOf(record) }, null, 2)}\n`;
}
