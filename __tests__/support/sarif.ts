/** What SARIF has to be: by the schema of OASIS, and by what GitHub's code scanning reads of it. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { z } from 'zod';

const formats = { uri: true, 'uri-reference': true, 'date-time': true } as const;
const isSarif = new Ajv({ strict: false, unicodeRegExp: false, formats }).compile(
  z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(readFileSync('__tests__/support/sarif-2.1.0.json', 'utf8'))),
);

/** What the schema published with the standard has against it. */
export function sarifProblems(content: unknown): readonly unknown[] {
  return isSarif(content) ? [] : (isSarif.errors ?? []);
}

/** What GitHub reads of it (GitHub documentation, "SARIF support for code scanning"), with what it demands. */
const text = z.strictObject({ text: z.string().min(1), markdown: z.string().min(1).optional() });
const ruleSchema = z.strictObject({
  id: z.string().regex(/^(check|drift)\/[a-z-]+$/),
  shortDescription: text,
  fullDescription: text,
  help: text,
  defaultConfiguration: z.strictObject({ level: z.enum(['error', 'warning']) }),
  properties: z.strictObject({
    tags: z.array(z.string()).max(10),
    'security-severity': z.string().regex(/^\d+\.\d$/),
  }),
});
const resultSchema = z.strictObject({
  ruleId: z.string(),
  ruleIndex: z.int().min(0),
  level: z.enum(['error', 'warning']),
  message: text,
  locations: z
    .array(
      z.strictObject({
        physicalLocation: z.strictObject({
          artifactLocation: z.strictObject({ uri: z.string().min(1), uriBaseId: z.literal('%SRCROOT%') }),
          region: z.strictObject({ startLine: z.literal(1) }),
        }),
        logicalLocations: z.array(
          z.strictObject({ fullyQualifiedName: z.string(), kind: z.literal('resource') }),
        ),
      }),
    )
    .length(1),
  partialFingerprints: z.strictObject({ primaryLocationLineHash: z.string().regex(/^[0-9a-f]{32}:1$/) }),
});
export const sarifSchema = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z
    .array(
      z.strictObject({
        tool: z.strictObject({
          driver: z.strictObject({
            name: z.string(),
            semanticVersion: z.string(),
            rules: z.array(ruleSchema),
          }),
        }),
        automationDetails: z.strictObject({ id: z.string() }),
        invocations: z
          .array(
            z.strictObject({
              executionSuccessful: z.boolean(),
              toolExecutionNotifications: z.array(
                z.strictObject({ level: z.literal('warning'), message: text }),
              ),
            }),
          )
          .length(1),
        results: z.array(resultSchema),
      }),
    )
    .length(1),
});
