/** Against an AWS that spells its answers as implementations of others do: members that are empty, not absent; documents encoded as forms are. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WireAnswer } from '../../sandbox/aws/protocol/http.ts';
import { useScene } from './support/scene.ts';

const scene = useScene({ controlPlanes: 2, groups: 2 });
const inputs = { identity: 'pod-identity', tags: 'team=platform' } as const;

const DOCUMENT = /<(AssumeRolePolicyDocument|PolicyDocument)>([^<]*)</g;
/** All but the first resource of each question. */
const LATER_RESOURCES =
  /(<ResourceSpecificResults><member>(?:(?!<\/?ResourceSpecificResults>).)*?<\/member>)(?:<member>(?:(?!<\/?ResourceSpecificResults>).)*?<\/member>)+(?=<\/ResourceSpecificResults>)/gs;
/** Writes that have no output. */
const WITHOUT_OUTPUT = /^iam:(?:Put|Update|Tag|DeleteRole|AddClient)/;

const asForm = (text: string): string =>
  encodeURIComponent(JSON.stringify(JSON.parse(decodeURIComponent(text)), undefined, 2)).replaceAll(
    '%20',
    '+',
  );

const inXml = (body: string): string =>
  `<!-- made elsewhere -->\n${body}\n`
    .replaceAll(DOCUMENT, (_all, tag: string, text: string) => `<${tag}>${asForm(text)}<`)
    .replaceAll(LATER_RESOURCES, '$1');

const EMPTY = '"ownerArn":"","targetRoleArn":"","externalId":"","policy":""';
const inJson = (body: string): string =>
  body
    .replaceAll('"associationId":', `${EMPTY},"associationId":`)
    .replace(/^\{"cluster":\{/, '{"cluster":{"connectorConfig":{},"health":{},')
    .replace(/"__type":"/, '"__type":"com.amazonaws.eks#');

function bent(action: string, answer: WireAnswer): WireAnswer {
  const { 'x-amzn-errortype': code, ...headers } = answer.headers;
  if (WITHOUT_OUTPUT.test(action) && answer.status < 300) return { ...answer, body: '' };
  if (action.startsWith('eks:')) {
    const errorType = code === undefined ? {} : { 'x-amzn-errortype': `${code}:http://internal/` };
    return { ...answer, headers: { ...headers, ...errorType }, body: inJson(answer.body) };
  }
  return { ...answer, body: inXml(answer.body) };
}

beforeAll(() => {
  scene.world.aws.faults.bend = async (action, answer) => await Promise.resolve(bent(action, answer));
});
afterAll(() => {
  scene.world.aws.faults.clear();
});

test('apply serves every control plane and verifies it; a second one writes nothing', async () => {
  const first = await scene.succeed({ ...inputs, mode: 'apply' });
  expect(first.outputs).toMatchObject({ verdict: 'applied', verified: 'true' });
  expect(first.outputs['verification']).toContain('that IAM left open evaluated locally');
  expect(scene.world.aws.eks.cluster(scene.world.clusterName).associations.size).toBe(2);
  const again = await scene.succeed({ ...inputs, mode: 'apply' });
  expect(again.writes).toEqual([]);
});

test('destroy takes all of it away', async () => {
  const run = await scene.succeed({ ...inputs, mode: 'destroy' });
  expect(run.outputs['verdict']).toBe('destroyed');
  expect(scene.world.aws.eks.cluster(scene.world.clusterName).associations.size).toBe(0);
});
