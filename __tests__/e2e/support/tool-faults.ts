/** What can be wrong with a download of helm or kubectl, and what the action says of it. */
import { type Entry, packBomb, packTar } from '../../../sandbox/downloads/archive.ts';
import type { DownloadFault } from '../../../sandbox/downloads/server.ts';

export type ToolName = 'helm' | 'kubectl';

type Spoilt = Omit<DownloadFault, 'path' | 'times'>;

interface Offered {
  /** A script that leaves a mark when it is run. */
  readonly program: string;
  /** Where an archive of helm has it. */
  readonly member: string;
}

export interface ToolFault {
  readonly name: string;
  readonly tools: readonly ToolName[];
  /** What is wrong with the answer for the file, and with that for its checksum file. */
  readonly file?: Spoilt;
  readonly sum?: Spoilt;
  /** Another file, with a checksum file that fits it: only what it is can give it away. */
  readonly offer?: (offered: Offered) => Buffer | string;
  /** What the message must say. */
  readonly said: RegExp;
}

const BOTH: readonly ToolName[] = ['helm', 'kubectl'];
const OTHER = 'a'.repeat(64);
const ELSEWHERE = 'http://mirror.example/tool';

/** In answers, for both tools. */
const ANSWERS: readonly Omit<ToolFault, 'tools'>[] = [
  { name: 'another byte', file: { kind: 'corrupt' }, said: /its SHA-256 is [0-9a-f]{64}, the release/ },
  { name: 'half of it', file: { kind: 'truncated' }, said: /its SHA-256 is [0-9a-f]{64}, the release/ },
  { name: 'nothing in it', file: { kind: 'empty' }, said: /its SHA-256 is e3b0c442/ },
  { name: 'cut off each time', file: { kind: 'cut' }, said: /after 4 attempts/ },
  { name: 'status 503 each time', file: { kind: 'unavailable' }, said: /503 .*after 4 attempts/ },
  { name: 'a page', file: { kind: 'page' }, said: /it answered with a web page/ },
  { name: 'zeros without an end', file: { kind: 'endless' }, said: /it is larger than 256\.0 MiB/ },
  { name: 'less than announced', file: { kind: 'overlong' }, said: /no data for 30 s \(after 4 attempts\)/ },
  { name: 'no answer', file: { kind: 'silent' }, said: /no data for 30 s \(after 4 attempts\)/ },
  { name: 'the head of an answer', file: { kind: 'stalled' }, said: /no data for 30 s \(after 4 attempts\)/ },
  { name: 'a redirect to itself', file: { kind: 'loop' }, said: /more than 10 redirects/ },
  {
    name: 'a redirect to an open address',
    file: { kind: 'elsewhere', to: ELSEWHERE },
    said: /redirects from the runner itself to http:\/\/mirror\.example/,
  },
  { name: 'checksum: another', sum: { kind: 'wrong-checksum' }, said: /the release's checksum file is/ },
  { name: 'checksum: none', sum: { kind: 'missing' }, said: /HTTP status 404 Not Found/ },
  { name: 'checksum: empty', sum: { kind: 'empty' }, said: /it holds no SHA-256 digest of/ },
  { name: 'checksum: a page', sum: { kind: 'page' }, said: /it answered with a web page/ },
  {
    name: 'checksum: of another file',
    sum: { kind: 'replaced', body: `${OTHER}  another.tar.gz\n` },
    said: /it holds no SHA-256 digest of/,
  },
  { name: 'checksum: without an end', sum: { kind: 'endless' }, said: /it is larger than 0\.1 MiB/ },
  { name: 'checksum: trickling', sum: { kind: 'trickle' }, said: /it did not end within 60 s/ },
  {
    name: 'checksum: from an open address',
    sum: { kind: 'elsewhere', to: ELSEWHERE },
    said: /redirects from the runner itself to http:\/\/mirror\.example/,
  },
];

type Extra = (member: string) => readonly Entry[];

/** An archive with the program and something else. */
const beside =
  (extra: Extra) =>
  ({ program, member }: Offered): Buffer =>
    packTar([{ name: member, content: program }, ...extra(member)]);

const NOT_A_FILE = /which is no file and no directory/;
const LEADS_OUT = /a path that leads out/;

/** In archives of helm, each with a digest that fits. */
const ARCHIVES: readonly Omit<ToolFault, 'tools'>[] = [
  { name: 'an entry with `..`', offer: beside(() => [{ name: '../../mark' }]), said: LEADS_OUT },
  { name: 'an absolute entry', offer: beside(() => [{ name: '/tmp/mark' }]), said: LEADS_OUT },
  {
    name: 'a symbolic link',
    offer: beside(() => [{ name: 'link', type: 'symlink', link: '/etc' }]),
    said: NOT_A_FILE,
  },
  {
    name: 'a hard link',
    offer: beside((member) => [{ name: 'link', type: 'hardlink', link: member }]),
    said: NOT_A_FILE,
  },
  {
    name: 'helm as a link',
    offer: ({ member }) => packTar([{ name: member, type: 'symlink', link: '/bin/sh' }]),
    said: NOT_A_FILE,
  },
  { name: 'helm twice', offer: beside((member) => [{ name: member }]), said: /twice/ },
  {
    name: 'no helm',
    offer: ({ program }) => packTar([{ name: 'other/helm', content: program }]),
    said: /holds no .*\/helm/,
  },
  {
    name: 'a bomb',
    offer: ({ program, member }) => packBomb([{ name: member, content: program }], 'bomb', 600),
    said: /larger than 512 MiB/,
  },
  {
    name: 'an archive that ends half-way',
    offer: (offered) => beside(() => [])(offered).subarray(0, 60),
    said: /end/,
  },
  { name: 'no archive', offer: ({ program }) => program, said: /incorrect header check/ },
];

/** A page that a shell would run, with its own digest. */
const page = ({ program }: Offered): string => `<html>\n</html>\n${program}`;

export const TOOL_FAULTS: readonly ToolFault[] = [
  ...ANSWERS.map((fault) => ({ ...fault, tools: BOTH })),
  { name: 'a page with its own digest', tools: BOTH, offer: page, said: /it answered with a web page/ },
  ...ARCHIVES.map((fault) => ({ ...fault, tools: ['helm'] as const })),
];
