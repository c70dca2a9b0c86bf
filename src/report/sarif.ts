/** Findings as SARIF 2.1.0, for code scanning: failed checks, and what differs with severity `security`. */
import { createHash } from 'node:crypto';
import type { Change, Plan } from '../model/change.ts';
import type { Check } from '../model/check.ts';
import type { Json } from '../model/json.ts';
import type { RunRecord } from '../model/record.ts';
import { whoseCheck } from './verification.ts';
import { RULES_OF_CHECKS, RULES_OF_WRITES, type SarifRule, type SarifWeight } from './sarif-rules.ts';

/** Of the standard (OASIS, SARIF 2.1.0, section 3.13.3). */
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const NAME = 'spaces-workload-identity';
/** In code scanning 7.0 to 8.9 is "high", 4.0 to 6.9 "medium", less "low" (GitHub, SARIF support for code scanning, `security-severity`). */
const SEVERITIES: Readonly<Record<SarifWeight, { readonly score: string; readonly level: string }>> = {
  open: { score: '8.0', level: 'error' },
  weak: { score: '5.5', level: 'error' },
  down: { score: '2.0', level: 'warning' },
};

export interface SarifContext {
  /** Version of this action. */
  readonly version: string;
  /** The workflow's file, from the root of the repository. */
  readonly workflowFile: string;
}

interface Found {
  readonly rule: SarifRule;
  /** Where: the namespace, or what it is for the whole Space. */
  readonly place: string;
  readonly text: string;
  /** What tells it apart from others of the same rule and place, and stays from run to run. */
  readonly identity: string;
}

/** The document; undefined of a run that came to no plan, which can't say that anything is in order. */
export function sarif(record: RunRecord, context: SarifContext): string | undefined {
  const { config, plan, place, checks = [] } = record;
  if (config === undefined || plan === undefined || place === undefined) return undefined;
  const found = [...driftsOf(plan, record), ...checks.filter(({ status }) => status === 'fail').map(ofCheck)];
  const rules = [...new Map(found.map(({ rule }) => [rule.id, rule])).values()];
  const run: Json = {
    tool: {
      driver: {
        name: NAME,
        semanticVersion: context.version,
        rules: rules.map(ruleJson),
      },
    },
    // One per use and mode, so that the upload of one does not close the alerts of another.
    automationDetails: { id: `${NAME}/${config.reporting.label}/${config.mode}/` },
    invocations: [invocation(checks, plan.doubts.length)],
    results: found.map((one) => resultJson(one, rules, place.cluster.arn, context.workflowFile)),
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

/** What still differs: an `apply` has put right what it has done. */
function driftsOf({ changes }: Plan, { outcomes }: RunRecord): readonly Found[] {
  return changes
    .filter(({ drift, severity }) => drift && severity === 'security')
    .filter(({ address }) => outcomes.get(address)?.status !== 'done')
    .map(ofChange);
}

function ofChange({ address, id, action, target, reason, host, write }: Change): Found {
  return {
    rule: RULES_OF_WRITES[write.op],
    place: host?.namespace ?? target,
    text: `${host === undefined ? target : host.name || host.namespace}: ${reason} (${id}, ${action}).`,
    identity: address,
  };
}

function ofCheck(one: Check): Found {
  const { check, namespace, detail } = one;
  return {
    rule: RULES_OF_CHECKS[check],
    place: namespace || 'the Space',
    text: `${whoseCheck(one)}: ${detail}.`,
    identity: check,
  };
}

function ruleJson({ id, short, help, weight }: SarifRule): Json {
  const { score, level } = SEVERITIES[weight];
  return {
    id,
    shortDescription: { text: short },
    fullDescription: { text: short },
    help: { text: help, markdown: help },
    defaultConfiguration: { level },
    properties: { tags: ['security', 'aws', 'kubernetes'], 'security-severity': score },
  };
}

/**
 * `[text](target)` in a message is a link (SARIF 2.1.0, section 3.11.6). Of what a cluster or a policy holds, none is made: a
 * backslash before the brackets takes their meaning away.
 */
function unlinked(text: string): string {
  return text.replaceAll(/\[([^\]]*)\](?=\()/g, String.raw`\[$1\]`);
}

/** All stand at the workflow's file: what they are about is in no repository. The fingerprint tells them apart. */
function resultJson(
  { rule, place, text, identity }: Found,
  rules: readonly SarifRule[],
  clusterArn: string,
  workflowFile: string,
): Json {
  const print = createHash('sha256').update(JSON.stringify([clusterArn, rule.id, place, identity]));
  return {
    ruleId: rule.id,
    ruleIndex: rules.indexOf(rule),
    level: SEVERITIES[rule.weight].level,
    message: { text: unlinked(text) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: workflowFile, uriBaseId: '%SRCROOT%' },
          region: { startLine: 1 },
        },
        logicalLocations: [{ fullyQualifiedName: `${clusterArn}/${place}`, kind: 'resource' }],
      },
    ],
    // The name that code scanning compares; others are made of the line, and would all be one.
    partialFingerprints: { primaryLocationLineHash: `${print.digest('hex').slice(0, 32)}:1` },
  };
}

/** What could not be looked at is no finding, and no proof either: said here, for those who ask whether the list is whole. */
function invocation(checks: readonly Check[], doubts: number): Json {
  const unknown = checks.filter(({ status }) => status === 'unknown');
  const isWhole = unknown.length + doubts === 0;
  return {
    executionSuccessful: isWhole,
    toolExecutionNotifications: unknown.map((one) => ({
      level: 'warning',
      message: { text: unlinked(`${whoseCheck(one)}: ${one.check} could not be determined: ${one.detail}`) },
    })),
  };
}
