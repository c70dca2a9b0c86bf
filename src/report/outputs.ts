/** The outputs of the step, in every mode and after a failure, as far as known (contract). */
import type { Json } from '../model/json.ts';
import type { RunRecord } from '../model/record.ts';
import type { World } from '../model/world.ts';
import { differenceCount, ownChanges } from '../plan/entries.ts';
import { roleNameOf } from '../policy/arn.ts';
import { whyNotReady } from '../space/hosts.ts';
import { isVerified } from '../verify/verify.ts';
import { summaryLine } from './counts.ts';
import { planDocument, verificationDocument, type Document } from './documents.ts';
import { longestFitting, shortenedList, shortenedMap } from './fitting.ts';
import { verdictOf, withResult } from './result.ts';
import { helmValuesYaml } from './values.ts';

export type Outputs = Readonly<Record<string, string>>;

/** Where the whole documents were written. */
export interface Files {
  readonly plan?: string;
  readonly verification?: string;
  readonly result?: string;
  readonly sarif?: string;
}

/** Every output but those of the comment and the issue, which are posted later; one that is not known is empty or left out. */
export function outputs(record: RunRecord, files: Files): Outputs {
  return {
    verdict: verdictOf(record),
    changed: String([...record.outcomes.values()].some(({ wrote }) => wrote)),
    'failure-reason': record.failure?.reason ?? '',
    'helm-version': record.helmVersion ?? '',
    'kubectl-version': record.kubectlVersion ?? '',
    'checked-at': record.checkedAt === undefined ? '' : new Date(record.checkedAt).toISOString(),
    'result-file': files.result ?? '',
    'sarif-file': files.sarif ?? '',
    ...placeOutputs(record),
    ...planOutputs(record, files),
    ...verificationOutputs(record, files),
  };
}

function placeOutputs({ config, caller, desired, place }: RunRecord): Outputs {
  if (desired === undefined || place === undefined)
    return { ...accountOutput(caller), ...roleOutputs(config) };
  const { target } = place;
  return {
    'account-id': place.caller.account,
    'role-arn': target.roleArn,
    'role-name': target.roleName,
    'oidc-provider-arn': target.providerArn,
    'helm-values': helmValuesYaml(desired, target),
  };
}

function accountOutput(caller: RunRecord['caller']): Outputs {
  return caller === undefined ? {} : { 'account-id': caller.account };
}

/** Of a run that does not know its cluster: what the inputs say. */
function roleOutputs(config: RunRecord['config']): Outputs {
  const role = config?.intent.role;
  switch (role?.kind) {
    case undefined:
      return {};
    case 'owned':
      return { 'role-name': role.name };
    case 'referenced':
      return { 'role-name': roleNameOf(role.arn), 'role-arn': role.arn };
  }
}

function planOutputs(record: RunRecord, files: Files): Outputs {
  const { config, plan, world, place } = record;
  if (config === undefined || plan === undefined || world === undefined || place === undefined) return {};
  const latest = record.after ?? world;
  return {
    ...(config.mode === 'check' && { drift: String(differenceCount(plan) > 0) }),
    'change-count': String(ownChanges(plan).length),
    'summary-line': summaryLine(config, plan),
    'plan-digest': plan.digest,
    plan: shortened(withResult(planDocument(config, place, plan, world), record)),
    'plan-file': files.plan ?? '',
    'control-planes': shortenedList(controlPlanes(latest)),
    associations: shortenedMap(associations(latest)),
    restarted: shortenedList([...record.restarted].toSorted()),
  };
}

function verificationOutputs(record: RunRecord, files: Files): Outputs {
  const { checks } = record;
  if (checks === undefined) return {};
  return {
    verified: String(isVerified(checks)),
    verification: shortened(withResult(verificationDocument(checks), record)),
    'verification-file': files.verification ?? '',
  };
}

function controlPlanes(world: World): readonly Json[] {
  return world.selected.map((host) => ({
    controlPlane: host.name,
    id: host.controlPlane?.id ?? '',
    namespace: host.namespace,
    ready: whyNotReady(host) === undefined,
  }));
}

function associations({ hosts }: World): readonly (readonly [string, string])[] {
  return hosts.flatMap(({ namespace, association }) =>
    association === undefined ? [] : [[namespace, association.id] as const],
  );
}

/** A document whose long lists are cut to fit, marked `truncated`. */
export function shortened({ rest, list, items, droppable }: Document): string {
  return longestFitting(items, { ...rest, [list]: items }, (head) => ({
    ...rest,
    ...droppable,
    [list]: head,
    truncated: true,
  }));
}
