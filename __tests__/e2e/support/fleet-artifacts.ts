/** The files that jobs of a fleet leave: of a run in the sandbox, and made from these for clusters without Kubernetes. */
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { type Texts, stepInputs } from './fleet-workflow.ts';

export const entrySchema = z.object({
  cluster: z.string(),
  region: z.string(),
  account: z.string(),
  role: z.string(),
  label: z.string(),
});
/** An entry of the matrix. */
export type Entry = z.infer<typeof entrySchema>;

/** Takes the files that the workflow uploads to a folder. Before the post step of the run, which removes them. */
export async function upload(outputs: Texts, folder: string): Promise<void> {
  const { path = '' } = stepInputs('cluster', 'actions/upload-artifact@', {
    steps: { identity: { outputs } },
    inputs: { label: 'fleet', part: '0' },
    strategy: { 'job-index': '0' },
  });
  await mkdir(folder, { recursive: true });
  const paths = path.split('\n').filter((line) => line.trim() !== '');
  for (const file of paths) await cp(file, join(folder, basename(file)));
}

const cluster = z.strictObject({
  name: z.string(),
  arn: z.string(),
  region: z.string(),
  account: z.string(),
});
const fileSchema = z.looseObject({
  version: z.literal(1).optional(),
  cluster: cluster.optional(),
  result: z.looseObject({
    verdict: z.literal('in-sync'),
    cluster,
    label: z.string(),
    summaryLine: z.templateLiteral([z.string(), ': ', z.string()]),
    checkedAt: z.iso.datetime(),
  }),
});

/** The files of a job in sync, as the job of another cluster would have left them. */
export async function copyForCluster(from: string, to: string, entry: Entry): Promise<void> {
  const { cluster: name, region, account, label } = entry;
  const place = { name, arn: `arn:aws:eks:${region}:${account}:cluster/${name}`, region, account };
  await mkdir(to, { recursive: true });
  for (const file of await readdir(from)) {
    const content = fileSchema.parse(JSON.parse(await readFile(join(from, file), 'utf8')));
    const { result } = content;
    const summaryLine = result.summaryLine.replace(`${result.cluster.name}:`, `${name}:`);
    const copy = {
      ...content,
      ...(content.cluster !== undefined && { cluster: place }),
      result: { ...result, cluster: place, label, summaryLine },
    };
    await writeFile(join(to, file), JSON.stringify(copy));
  }
}
